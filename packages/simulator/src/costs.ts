/**
 * The incident's price list. Its printed figures do not agree with each other, so every price is derived and
 * named, and every story is priced under both readings.
 *
 * Source: the incident's facts in `docs/incidents/friday.md`.
 */
export type Reading = 'as-printed' | 'consistent';

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

const PER_TICKET = 8_500 / 340;
const PER_VISIT = 150;
const PER_MILLION_RECONNECTS = 3_200 / 102;
const PER_AFFECTED = 180_000 / 1_800;

/** 62,000 dollars of replacements, over the visits that each reading counts. */
const PER_REPLACEMENT: Readonly<Record<Reading, number>> = {
  'as-printed': 62_000 / 1_564,
  consistent: 62_000 / 234,
};

/** What each reading means. */
export const READINGS: Readonly<Record<Reading, string>> = {
  'as-printed':
    'as printed: the 13 % that need a technician are taken of the whole fleet (1,564 is 13 % of about 12,031)',
  consistent:
    'consistent: the 13 % that need a technician are taken of the affected devices (13 % of 1,800 is 234)',
};

/** Devices that the printed 1,564 is 13 % of, for a fleet of 12,000. */
const PRINTED_BASE = 12_031 / 12_000;

/** Technician visits under a reading, from the share of the affected that no road reached. */
export function visitsOf(reading: Reading, affected: number, unreached: number, fleet: number): number {
  if (reading === 'consistent' || affected === 0) return unreached;
  return Math.round((unreached / affected) * fleet * PRINTED_BASE);
}

/** Whole dollars. */
export function price(toll: Toll, reading: Reading): Cost {
  const parts = {
    support: Math.round(toll.tickets * PER_TICKET),
    visits: Math.round(toll.visits * PER_VISIT),
    replacements: Math.round(toll.visits * PER_REPLACEMENT[reading]),
    cloud: Math.round((toll.reconnects / 1e6) * PER_MILLION_RECONNECTS),
    goodwill: Math.round(toll.affected * PER_AFFECTED),
  };
  return { total: Object.values(parts).reduce((sum, part) => sum + part, 0), ...parts };
}

/** Share of affected owners who write in: 340 tickets of 1,800. */
export const TICKETS_PER_AFFECTED = 340 / 1_800;

/** Two million connection attempts an hour from 1,800 devices. */
export const RECONNECTS_PER_HOUR = 2_000_000 / 1_800;
