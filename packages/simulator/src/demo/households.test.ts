import { describe, expect, test } from 'vitest';
import { type Household, household } from './households.ts';

const homes = Array.from({ length: 240 }, (_, index) => household(index));

function count(of: (home: Household) => string, among = homes): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const home of among) counts[of(home)] = (counts[of(home)] ?? 0) + 1;
  return counts;
}

describe('the households of the demo', () => {
  test('host brokers in the incident’s shares: 60, 15 and 25 per cent', () => {
    expect(count((home) => home.broker)).toEqual({ '2.0.15': 144, '2.0.18': 36, '2.0.22': 60 });
  });

  test('have each a device id of its own', () => {
    expect(new Set(homes.map((home) => home.device)).size).toBe(homes.length);
  });

  test.each([
    ['hardware', (home: Household) => home.hardware, 2],
    ['region', (home: Household) => home.region, 4],
  ] as const)(
    'of the affected broker have every %s, so that it does not explain the failures',
    (_, of, values) => {
      const affected = homes.filter((home) => home.broker === '2.0.18');
      const [all, hit] = [count(of), count(of, affected)];
      expect(Object.keys(all)).toHaveLength(values);
      for (const [value, devices] of Object.entries(all)) {
        const share = (hit[value] ?? 0) / devices;
        expect(share, value).toBeGreaterThan(0.07);
        expect(share, value).toBeLessThan(0.23);
      }
    },
  );
});
