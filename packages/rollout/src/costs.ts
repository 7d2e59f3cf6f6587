/**
 * What went wrong, in money. Each line says from what it was computed, and nothing is guessed: what nobody counts has
 * no amount.
 */
import type { Cost, CostItem, CostLine, Prices } from '@tuesday/protocol';

/** What is paid for. */
export interface Toll {
  /** Devices that went wrong. */
  readonly harmed: number;
  readonly tickets: number;
  readonly visits: number;
  /** Connection attempts of devices that loop; null: nobody has counted them. */
  readonly reconnects: number | null;
}

/** The chapter's figures do not agree with each other, so there are two price lists, each with its name. */
export type Reading = 'as-printed' | 'consistent';

/** What each reading means. Source: `docs/incidents/friday.md`. */
export const READINGS: Readonly<Record<Reading, string>> = {
  'as-printed':
    'as printed: the 13 % that need a technician are taken of the whole fleet (1,564 is 13 % of about 12,031)',
  consistent:
    'consistent: the 13 % that need a technician are taken of the affected devices (13 % of 1,800 is 234)',
};

/** Technician visits of the chapter; its replacements are spread over them. */
const VISITS: Readonly<Record<Reading, number>> = { 'as-printed': 1_564, consistent: 234 };

/** Prices that follow from the chapter's sums, in US dollars. */
export const CHAPTER_PRICES: Readonly<Record<Reading, Prices>> = {
  'as-printed': chapter('as-printed'),
  consistent: chapter('consistent'),
};

function chapter(reading: Reading): Prices {
  return {
    currency: 'USD',
    perTicket: 8_500 / 340,
    perVisit: 150,
    replacementsPerVisit: 62_000 / VISITS[reading],
    perMillionReconnects: 3_200 / 102,
    goodwillPerHarmed: 180_000 / 1_800,
    ticketsPerHarmed: 340 / 1_800,
  };
}

/** Whole units of the currency, rounded line by line. */
export function costOf({ harmed, tickets, visits, reconnects }: Toll, prices: Prices): Cost {
  const { currency } = prices;
  const line = (item: CostItem, count: number, what: string, price: number): CostLine => ({
    item,
    amount: Math.round(count * price),
    from: `${figure(count)} ${what} × ${figure(price)} ${currency}`,
  });
  const lines: CostLine[] = [
    line('support', tickets, 'tickets', prices.perTicket),
    line('visits', visits, 'visits', prices.perVisit),
    line('replacements', visits, 'visits', prices.replacementsPerVisit),
    reconnects === null
      ? { item: 'cloud', amount: null, from: 'not known: devices do not say how often they reconnected' }
      : line('cloud', reconnects / 1e6, 'million reconnects', prices.perMillionReconnects),
    line('goodwill', harmed, 'devices that went wrong', prices.goodwillPerHarmed),
  ];
  return { currency, total: lines.reduce((sum, { amount }) => sum + (amount ?? 0), 0), lines };
}

/** At most two digits behind the point, thousands apart. */
export function figure(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: 2 });
}
