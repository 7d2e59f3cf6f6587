/** On which day of visits each device is: as many a day as the plan says, in the order of the ids. Pure. */
import type { Instant } from '@tuesday/protocol';
import type { CampaignRow } from './campaign.ts';
import type { CampaignDevice } from './read-devices.ts';

const DAY = 86_400_000;

type Known = Pick<CampaignDevice, 'device' | 'standing' | 'visitedAt'>;

/** Visits of the last 24 hours count against the first day. */
export function dayOf(
  devices: readonly Known[],
  { visits_per_day: perDay }: Pick<CampaignRow, 'visits_per_day'>,
  now: Instant,
): ReadonlyMap<string, number> {
  const made = devices.filter(({ visitedAt }) => visitedAt !== null && now - visitedAt < DAY).length;
  const wait = devices.filter(({ standing }) => standing === 'technician');
  const before = Math.min(made, perDay);
  return new Map(wait.map(({ device }, nth) => [device, 1 + Math.floor((before + nth) / perDay)]));
}
