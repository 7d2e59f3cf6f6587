import { expect, test } from 'vitest';
import { isNew, shareLine } from './dimension-values.ts';

const DAY = 86_400_000;
const NOW = 100 * DAY;
const seen = (firstSeenAt: number | null) => ({ firstSeenAt });

test.each([
  ['came yesterday to an old fleet', NOW - DAY, 0, true],
  ['came two weeks ago', NOW - 14 * DAY, 0, false],
  ['came with the fleet, which is young', NOW - DAY, NOW - DAY, false],
  ['is no value at all', null, 0, false],
] as const)('a value that %s: %s', (_, at, first, expected) => {
  expect(isNew(seen(at), [seen(at), seen(first)], NOW)).toBe(expected);
});

test('a share is zero on the days before the value came', () => {
  const day = (values: Record<string, number>) => ({
    day: '2026-11-24',
    devices: 10,
    values: Object.entries(values).map(([value, devices]) => ({ value, devices })),
  });
  expect(shareLine([day({ a: 10 }), day({ a: 7, b: 3 })], 'b')).toEqual([0, 0.3]);
});
