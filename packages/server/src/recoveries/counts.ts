/** Sums over the devices of a campaign. Pure. */
import type {
  CampaignGroupView,
  CampaignRoad,
  CampaignStanding,
  CampaignView,
  HealedBy,
  HealedCounts,
  OpenRoads,
  StandingCounts,
} from '@tuesday/protocol';
import { fitOfModel } from '@tuesday/rollout';
import type { CampaignDevice } from './read-devices.ts';
import type { Scope } from './scope.ts';

type Devices = readonly CampaignDevice[];

export function standingCounts(devices: Devices): StandingCounts {
  const of = (standing: CampaignStanding) => devices.filter((one) => one.standing === standing).length;
  return {
    waiting: of('waiting'),
    heard: of('heard'),
    technician: of('technician'),
    visited: of('visited'),
    healed: of('healed'),
    'given-up': of('given-up'),
  };
}

export function healedCounts(devices: Devices): HealedCounts {
  const by = (way: HealedBy) => devices.filter(({ healedBy }) => healedBy === way).length;
  return {
    http: by('http'),
    relay: by('relay'),
    technician: by('technician'),
    itself: by('itself'),
    unsaid: by('unsaid'),
  };
}

/** Those for which somebody still has to do something, or to wait. */
export const unsettled = (devices: Devices) =>
  devices.filter(({ standing }) => standing !== 'healed' && standing !== 'given-up');

export function openRoads(devices: Devices): OpenRoads {
  return roadCounts((road) => devices.filter(({ roads }) => roads[road].open).length);
}

export function firstRoads(devices: Devices): OpenRoads {
  return roadCounts((road) => devices.filter((one) => one.road === road).length);
}

function roadCounts(count: (road: CampaignRoad) => number): OpenRoads {
  return {
    http: count('http'),
    relay: count('relay'),
    rescue: count('rescue'),
    technician: count('technician'),
  };
}

/** By model, the largest first. */
export function groupsOf(devices: Devices, { release, ofRelease }: Scope): CampaignGroupView[] {
  return [...Map.groupBy(devices, ({ hardware }) => hardware)]
    .map(([hardware, own]) => {
      const fit = fitOfModel({ release, hardware, signed: ofRelease });
      return { hardware, devices: own.length, open: openRoads(own), because: fit.because, try: fit.try };
    })
    .sort((a, b) => b.devices - a.devices || (a.hardware < b.hardware ? -1 : 1));
}

const SHOWN = 10;

/** Who gave to whom, as the healed ones say it. */
export function throughOf(devices: Devices): CampaignView['through'] {
  const relayed = devices.flatMap(({ healedBy, tookRoad }) =>
    healedBy === 'relay' && tookRoad?.neighbour !== undefined ? [tookRoad.neighbour] : [],
  );
  return [...Map.groupBy(relayed, (neighbour) => neighbour)]
    .map(([neighbour, all]) => ({ neighbour, healed: all.length }))
    .sort((a, b) => b.healed - a.healed || (a.neighbour < b.neighbour ? -1 : 1))
    .slice(0, SHOWN);
}

const HOUR = 3_600_000;
const POINTS = 200;

/** How many were healed, visited and given up by then: from the start on, by the hour or coarser. */
export function progressOf(devices: Devices, { startedAt, now }: Scope): CampaignView['progress'] {
  if (startedAt === null) return [];
  const step = Math.max(1, Math.ceil((now - startedAt) / HOUR / (POINTS - 2))) * HOUR;
  const moments = Array.from(
    { length: Math.ceil((now - startedAt) / step) },
    (_, nth) => startedAt + nth * step,
  );
  const healedAt = devices
    .filter(({ standing }) => standing === 'healed')
    .map(({ tookAt, reportedAt }) => tookAt ?? Math.max(startedAt, reportedAt ?? startedAt));
  const visitedAt = devices.flatMap((one) => (one.visitedAt === null ? [] : [one.visitedAt]));
  const givenUpAt = devices.flatMap((one) =>
    one.standing === 'given-up' && one.givenUpAt !== null ? [one.givenUpAt] : [],
  );
  const by = (moments: readonly number[], at: number) => moments.filter((one) => one <= at).length;
  return [...moments, now].map((at) => ({
    at,
    healed: by(healedAt, at),
    visited: by(visitedAt, at),
    'given-up': by(givenUpAt, at),
  }));
}
