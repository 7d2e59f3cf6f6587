import { pricesSchema } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHAPTER_PRICES, costOf, READINGS } from './costs.ts';

const chapter = { harmed: 1_800, tickets: 340, reconnects: 102e6 };

describe('the price list', () => {
  test.each([
    ['as-printed', 1_564, 488_300],
    ['consistent', 234, 288_800],
  ] as const)('of the chapter, %s: %i visits are %i dollars', (reading, visits, total) => {
    expect(costOf({ ...chapter, visits }, CHAPTER_PRICES[reading]).total).toBe(total);
    expect(READINGS[reading]).toContain(reading.replace('-', ' '));
    expect(pricesSchema.parse(CHAPTER_PRICES[reading])).toEqual(CHAPTER_PRICES[reading]);
  });

  test('says from what each figure was computed', () => {
    const { lines } = costOf({ ...chapter, visits: 1_564 }, CHAPTER_PRICES['as-printed']);
    expect(lines.map(({ from }) => from)).toEqual([
      '340 tickets × 25 USD',
      '1,564 visits × 150 USD',
      '1,564 visits × 39.64 USD',
      '102 million reconnects × 31.37 USD',
      '1,800 devices that went wrong × 100 USD',
    ]);
  });

  test('what nobody counted has no amount, and is not in the sum', () => {
    const { lines, total } = costOf({ ...chapter, visits: 0, reconnects: null }, CHAPTER_PRICES.consistent);
    expect(lines.find(({ item }) => item === 'cloud')).toMatchObject({ amount: null });
    expect(total).toBe(8_500 + 180_000);
  });

  test('the total is the sum of its lines, never falls with a count, and nothing costs nothing', () => {
    const count = fc.integer({ min: 0, max: 1_000_000 });
    const toll = fc.record({ harmed: count, tickets: count, visits: count, reconnects: fc.option(count) });
    let unknown = 0;
    fc.assert(
      fc.property(toll, fc.constantFrom('as-printed' as const, 'consistent' as const), (one, reading) => {
        const prices = CHAPTER_PRICES[reading];
        const { lines, total } = costOf(one, prices);
        if (one.reconnects === null) unknown++;
        expect(total).toBe(lines.reduce((sum, { amount }) => sum + (amount ?? 0), 0));
        expect(costOf({ ...one, visits: one.visits + 1 }, prices).total).toBeGreaterThan(total);
        expect(costOf({ harmed: 0, tickets: 0, visits: 0, reconnects: 0 }, prices).total).toBe(0);
      }),
    );
    expect(unknown).toBeGreaterThan(5);
  });
});
