/**
 * What a story costs, by the incident's price list. Its printed figures do not agree with each other, so every story
 * is priced under both readings.
 *
 * Source: the incident's facts in `docs/incidents/friday.md`.
 */
import { CHAPTER_PRICES, costOf, type Reading } from '@tuesday/rollout';

export { type Reading, READINGS } from '@tuesday/rollout';

export interface Toll {
  /** Devices that went wrong. */
  readonly affected: number;
  readonly tickets: number;
  readonly visits: number;
  /** Connection attempts of devices in a crash loop. */
  readonly reconnects: number;
}

export interface Cost {
  readonly total: number;
  readonly support: number;
  readonly visits: number;
  readonly replacements: number;
  readonly cloud: number;
  readonly goodwill: number;
}

/** Devices that the printed 1,564 is 13 % of, for a fleet of 12,000. */
const PRINTED_BASE = 12_031 / 12_000;

/** Technician visits under a reading, from the share of the affected that no road reached. */
export function visitsOf(reading: Reading, affected: number, unreached: number, fleet: number): number {
  if (reading === 'consistent' || affected === 0) return unreached;
  return Math.round((unreached / affected) * fleet * PRINTED_BASE);
}

/** Whole dollars. */
export function price({ affected, ...toll }: Toll, reading: Reading): Cost {
  const { total, lines } = costOf({ harmed: affected, ...toll }, CHAPTER_PRICES[reading]);
  const of = (wanted: string) => lines.find(({ item }) => item === wanted)?.amount ?? 0;
  return {
    total,
    support: of('support'),
    visits: of('visits'),
    replacements: of('replacements'),
    cloud: of('cloud'),
    goodwill: of('goodwill'),
  };
}

/** Share of affected owners who write in: 340 tickets of 1,800. */
export const TICKETS_PER_AFFECTED = CHAPTER_PRICES.consistent.ticketsPerHarmed;

/** Two million connection attempts an hour from 1,800 devices. */
export const RECONNECTS_PER_HOUR = 2_000_000 / 1_800;
