import { describe, expect, test } from 'vitest';
import { price, visitsOf } from './costs.ts';

const printed = { affected: 1_800, tickets: 340, reconnects: 102e6 };

describe('the price list of the incident', () => {
  test('adds up to 488,300 dollars as printed', () => {
    expect(price({ ...printed, visits: 1_564 }, 'as-printed').total).toBe(488_300);
  });
  test('adds up to 288,800 dollars when the figures are made consistent', () => {
    expect(price({ ...printed, visits: 234 }, 'consistent').total).toBe(288_800);
  });
  test('reads 234 unreached devices as 1,564 or as 234 visits', () => {
    expect(visitsOf('as-printed', 1_800, 234, 12_000)).toBe(1_564);
    expect(visitsOf('consistent', 1_800, 234, 12_000)).toBe(234);
  });
  test('nothing that happened costs nothing', () => {
    expect(price({ affected: 0, tickets: 0, visits: 0, reconnects: 0 }, 'as-printed').total).toBe(0);
    expect(visitsOf('as-printed', 0, 0, 12_000)).toBe(0);
  });
});
