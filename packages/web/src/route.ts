/** Addresses of the console: `/` and `/rollouts/<id>`. The server answers every path with the same page. */
import { useSyncExternalStore } from 'react';

export type Route = { screen: 'overview' } | { screen: 'rollout'; rollout: string } | { screen: 'nowhere' };

export function routeOf(path: string): Route {
  if (path === '/') return { screen: 'overview' };
  const rollout = /^\/rollouts\/([^/]+)\/?$/.exec(path)?.[1];
  if (rollout === undefined) return { screen: 'nowhere' };
  try {
    return { screen: 'rollout', rollout: decodeURIComponent(rollout) };
  } catch {
    return { screen: 'nowhere' };
  }
}

export function rolloutPath(rollout: string): string {
  return `/rollouts/${encodeURIComponent(rollout)}`;
}

export function go(path: string): void {
  history.pushState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
  scrollTo(0, 0);
}

export function usePath(): string {
  return useSyncExternalStore(
    (changed) => {
      addEventListener('popstate', changed);
      return () => removeEventListener('popstate', changed);
    },
    () => location.pathname,
  );
}
