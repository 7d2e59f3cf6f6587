import { expect, test } from 'vitest';
import { seeded } from '../world/random.ts';
import { addSilence, contactAfter, drawSilences, silenceAfter } from './timeline.ts';

test.each<[string, Array<[number, number]>, Array<[number, number]>]>([
  [
    'silences apart stay apart',
    [
      [1, 2],
      [3, 4],
    ],
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [
    'silences that meet are one',
    [
      [1, 3],
      [2, 4],
    ],
    [[1, 4]],
  ],
  [
    'one that covers two swallows them',
    [
      [1, 2],
      [3, 4],
      [0, 5],
    ],
    [[0, 5]],
  ],
  [
    'an earlier one comes first',
    [
      [3, 4],
      [1, 2],
    ],
    [
      [1, 2],
      [3, 4],
    ],
  ],
])('%s', (_, added, expected) => {
  const silences = { from: [], to: [] };
  for (const [from, to] of added) addSilence(silences, from, to);
  expect(silences).toEqual({ from: expected.map(([from]) => from), to: expected.map(([, to]) => to) });
});

const silences = { from: [2, 10], to: [3, 14] };

test.each<[string, number, number, number, number]>([
  ['a silence is noticed when it has lasted long enough', 0, 0.75, Infinity, 2.75],
  ['one that is too short is not', 0, 2, Infinity, 12],
  ['one that began before does not count', 5, 0.75, Infinity, 10.75],
  ['death is a silence without an end', 0, 8, 5, 13],
  ['death in a silence begins with it', 0, 8, 11, 18],
  ['without either nothing is noticed', 15, 0.75, Infinity, Infinity],
])('%s', (_, since, limit, dead, expected) =>
  expect(silenceAfter(silences, since, limit, dead)).toBe(expected),
);

test('a device is not heard in its silence', () => {
  for (let hour = 0; hour < 20; hour += 0.1) {
    const contact = contactAfter(silences, hour, () => 0.5);
    expect(contact).toBeGreaterThanOrEqual(hour);
    expect(contact > 2 && contact < 3).toBe(false);
    expect(contact > 10 && contact < 14).toBe(false);
  }
});

test('a fleet is away about as much as it is said to be', () => {
  const random = seeded(3);
  const [devices, hours] = [3_000, 240];
  let [away, silent] = [0, 0];
  for (let device = 0; device < devices; device++) {
    const { from, to } = drawSilences({ awayShare: 0.05, troublePerDay: 0 }, hours, random);
    from.forEach((start, index) => {
      const lasts = Math.min(hours, to[index] as number) - start;
      away += lasts;
      if (lasts > 0.75) silent += lasts - 0.75;
    });
  }
  // 3.2 % are silent for longer than 45 minutes where 5 % are away; a few are always worse.
  expect(silent / devices / hours).toBeGreaterThan(0.02);
  expect(silent / devices / hours).toBeLessThan(0.05);
  expect(away).toBeGreaterThan(silent);
});
