import { expect, test } from 'vitest';
import { pairOf, type Split } from './pair.ts';

const split = (value: string, offered: number, bad: number): Split => ({
  attribute: 'region',
  value,
  offered,
  bad,
});

test.each<[string, { offered: number; bad: number }, Split[], string | undefined]>([
  ['all harm on half of them', { offered: 24, bad: 10 }, [split('eu', 12, 10), split('us', 12, 0)], 'eu'],
  ['harm on both', { offered: 24, bad: 20 }, [split('eu', 12, 10), split('us', 12, 10)], undefined],
  [
    'more on one, but some on the other',
    { offered: 40, bad: 18 },
    [split('eu', 20, 15), split('us', 20, 3)],
    undefined,
  ],
  ['too few to tell', { offered: 4, bad: 2 }, [split('eu', 2, 2), split('us', 2, 0)], undefined],
  ['a value that all of them have', { offered: 24, bad: 10 }, [split('eu', 24, 10)], undefined],
  ['nobody harmed', { offered: 24, bad: 0 }, [split('eu', 12, 0)], undefined],
  ['everybody harmed', { offered: 12, bad: 12 }, [split('eu', 6, 6), split('us', 6, 6)], undefined],
])('%s', (_, whole, splits, expected) => expect(pairOf(whole, splits)?.value).toBe(expected));

test('a large fleet gives no number that is none', () => {
  expect(pairOf({ offered: 1_000_000, bad: 300_000 }, [split('eu', 400_000, 300_000)])?.value).toBe('eu');
});

test('harm without a choice names a second value in at most 5 % of cases', () => {
  let state = 77;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  let named = 0;
  for (let round = 0; round < 2_000; round++) {
    const devices = Array.from({ length: 20 }, () => ({
      values: [0, 1, 2, 3].map(() => random() < 0.5),
      bad: random() < 0.4,
    }));
    const bad = devices.filter((device) => device.bad).length;
    const splits = [0, 1, 2, 3].flatMap((attribute) =>
      [true, false].map((value) => {
        const some = devices.filter((device) => device.values[attribute] === value);
        return {
          attribute: `a${attribute}`,
          value: String(value),
          offered: some.length,
          bad: some.filter((device) => device.bad).length,
        };
      }),
    );
    if (pairOf({ offered: 20, bad }, splits)) named++;
  }
  expect(named / 2_000).toBeLessThanOrEqual(0.05);
});
