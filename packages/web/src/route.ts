/**
 * Addresses of the console. The server answers every path with the same page. `/fleets/<fleet>` before a path says
 * which fleet it is about, for people who have roles in several.
 */
import { useSyncExternalStore } from 'react';

export const SETTINGS = ['people', 'tokens', 'notifications', 'policy', 'addresses'] as const;
export type SettingsPart = (typeof SETTINGS)[number];

export type Route =
  | {
      screen:
        | 'overview'
        | 'approvals'
        | 'break-glass'
        | 'calendar'
        | 'codes'
        | 'incidents'
        | 'recoveries'
        | 'recovery-plan'
        | 'fleet'
        | 'devices'
        | 'account'
        | 'audit'
        | 'plan'
        | 'rehearsal'
        | 'join'
        | 'releases'
        | 'publish'
        | 'nowhere';
    }
  | { screen: 'settings'; part: SettingsPart }
  | { screen: 'rollout'; rollout: string }
  | { screen: 'wall'; rollout: string | undefined }
  | { screen: 'approval'; approval: string }
  | { screen: 'device'; device: string }
  | { screen: 'code'; code: string }
  | { screen: 'incident'; incident: string }
  | { screen: 'recovery'; recovery: string }
  | { screen: 'release'; release: string; part: 'parity' | undefined };

const PLAIN = {
  '/': 'overview',
  '/approvals': 'approvals',
  '/break-glass': 'break-glass',
  '/calendar': 'calendar',
  '/codes': 'codes',
  '/incidents': 'incidents',
  '/recoveries': 'recoveries',
  '/recoveries/new': 'recovery-plan',
  '/fleet': 'fleet',
  '/devices': 'devices',
  '/account': 'account',
  '/audit': 'audit',
  '/rollouts/new': 'plan',
  '/rehearsal': 'rehearsal',
  '/join': 'join',
  '/releases': 'releases',
  '/releases/new': 'publish',
} as const;

/** `/fleets/<fleet>`, or nothing. */
export function prefixOf(path: string): string {
  return /^\/fleets\/[^/]+(?=\/|$)/.exec(path)?.[0] ?? '';
}

/** The fleet that the address names. */
export function fleetOf(path: string): string | undefined {
  const prefix = prefixOf(path);
  return prefix === '' ? undefined : decoded(prefix.slice('/fleets/'.length));
}

/** A path of the console or of the API, about the fleet that the page is about. */
export function addressed(path: string): string {
  return `${typeof location === 'undefined' ? '' : prefixOf(location.pathname)}${path}`;
}

export function routeOf(whole: string): Route {
  const path = whole.slice(prefixOf(whole).length) || '/';
  const trimmed = path.length > 1 ? path.replace(/\/$/, '') : path;
  const plain = (PLAIN as Readonly<Record<string, (typeof PLAIN)[keyof typeof PLAIN] | undefined>>)[trimmed];
  if (plain !== undefined) return { screen: plain };
  const part = SETTINGS.find((name) => trimmed === `/settings/${name}`);
  if (part !== undefined || trimmed === '/settings') return { screen: 'settings', part: part ?? 'people' };
  if (trimmed === '/wall') return { screen: 'wall', rollout: undefined };
  const release = /^\/releases\/([^/]+)(\/parity)?$/.exec(trimmed);
  if (release) return releaseRoute(release[1], release[2]);
  const [, kind, id] =
    /^\/(rollouts|approvals|devices|codes|incidents|recoveries|wall)\/([^/]+)$/.exec(trimmed) ?? [];
  const one = id === undefined ? undefined : decoded(id);
  if (one === undefined) return { screen: 'nowhere' };
  if (kind === 'devices') return { screen: 'device', device: one };
  if (kind === 'codes') return { screen: 'code', code: one };
  if (kind === 'wall') return { screen: 'wall', rollout: one };
  if (kind === 'incidents') return { screen: 'incident', incident: one };
  if (kind === 'recoveries') return { screen: 'recovery', recovery: one };
  return kind === 'rollouts' ? { screen: 'rollout', rollout: one } : { screen: 'approval', approval: one };
}

function releaseRoute(id = '', part: string | undefined): Route {
  const release = decoded(id);
  if (release === undefined) return { screen: 'nowhere' };
  return { screen: 'release', release, part: part === undefined ? undefined : 'parity' };
}

function decoded(id: string): string | undefined {
  try {
    return decodeURIComponent(id);
  } catch {
    return undefined;
  }
}

export function rolloutPath(rollout: string): string {
  return `/rollouts/${encodeURIComponent(rollout)}`;
}

/** For a screen that nobody touches. */
export function wallPath(rollout?: string): string {
  return rollout === undefined ? '/wall' : `/wall/${encodeURIComponent(rollout)}`;
}

export function approvalPath(approval: string): string {
  return `/approvals/${encodeURIComponent(approval)}`;
}

export function devicePath(device: string): string {
  return `/devices/${encodeURIComponent(device)}`;
}

/** The devices that fit a filter. */
export function devicesPath(filter: string): string {
  return filter === '' ? '/devices' : `/devices?filter=${encodeURIComponent(filter)}`;
}

export function codePath(code: string): string {
  return `/codes/${encodeURIComponent(code)}`;
}

export function releasePath(release: string, part?: 'parity'): string {
  return `/releases/${encodeURIComponent(release)}${part === undefined ? '' : `/${part}`}`;
}

export function incidentPath(incident: string): string {
  return `/incidents/${encodeURIComponent(incident)}`;
}

export function recoveryPath(recovery: string): string {
  return `/recoveries/${encodeURIComponent(recovery)}`;
}

/** The plan of a campaign for the devices of an incident. */
export function planRecoveryPath(incident?: string): string {
  return incident === undefined
    ? '/recoveries/new'
    : `/recoveries/new?incident=${encodeURIComponent(incident)}`;
}

export function go(path: string): void {
  history.pushState(null, '', addressed(path));
  dispatchEvent(new PopStateEvent('popstate'));
  scrollTo(0, 0);
}

/** Another address of the page that is open: it stays where it was scrolled to. */
export function move(path: string): void {
  history.pushState(null, '', addressed(path));
  dispatchEvent(new PopStateEvent('popstate'));
}

/** The rehearsal of a rollout's plan. */
export function rehearsalPath(rollout: string): string {
  return `/rehearsal?plan=${encodeURIComponent(rollout)}`;
}

export function usePath(): string {
  return useSyncExternalStore(onMove, () => location.pathname);
}

/** What the address asks for after its `?`. */
export function useQuery(name: string): string {
  return new URLSearchParams(useSearch()).get(name) ?? '';
}

/** All of it, with its `?`. */
export function useSearch(): string {
  return useSyncExternalStore(onMove, () => location.search);
}

function onMove(changed: () => void): () => void {
  addEventListener('popstate', changed);
  return () => removeEventListener('popstate', changed);
}
