import { describe, expect, test } from 'vitest';
import { type Happening, several, trialOf } from '../testing/trials.ts';
import { attributionOf } from './attribution.ts';
import { readTrial } from './reading.ts';
import { CONTROL, OFFERED, type Tally } from './slices.ts';

const of = (arm: 0 | 1, slices: readonly number[], tally: Tally, bucket: number): Happening => ({
  bucket,
  stage: 0,
  arm,
  slices,
  tally,
});
/** Slices: whole, broker 2.0.15, broker 2.0.18, region eu, region us. */
const mixes: ReadonlyArray<readonly [readonly number[], number, number]> = [
  [[0, 1, 3], 50, 4_500],
  [[0, 1, 4], 50, 4_500],
  [[0, 2, 3], 10, 900],
  [[0, 2, 4], 10, 900],
];
const entered = mixes.flatMap(([slices, offered, control]) => [
  ...several(offered, of(OFFERED, slices, 'entered', 0)),
  ...several(control, of(CONTROL, slices, 'entered', 0)),
]);
const after = (happenings: readonly Happening[]) =>
  attributionOf(readTrial(trialOf([...entered, ...happenings])));

describe('the culprit', () => {
  test('is the value that all failures have, and no other', () => {
    const failures = [0, 1, 2, 3, 4].flatMap((round) => [
      of(OFFERED, [0, 2, 3], 'silence-1', 5 + round),
      of(OFFERED, [0, 2, 4], 'silence-1', 5 + round),
    ]);
    expect(after(failures).named).toMatchObject({ attribute: 'broker', value: '2.0.18' });
  });

  test('is nobody when failures fall on everybody alike', () => {
    const failures = [0, 1, 2, 3]
      .flatMap((round) => mixes.map(([slices]) => of(OFFERED, slices, 'silence-1', 5 + round)))
      .concat(
        [0, 1, 2, 3, 4, 5, 6].flatMap((round) => [
          of(OFFERED, [0, 1, 3], 'silence-1', 9 + round),
          of(OFFERED, [0, 1, 4], 'silence-1', 9 + round),
        ]),
      );
    expect(after(failures).named).toBeNull();
  });

  test('is nobody when a value’s control fails in the same proportion', () => {
    const failures = [0, 1, 2, 3, 4].flatMap((round) => [
      of(OFFERED, [0, 2, 3], 'silence-1', 5 + round),
      ...several(90, of(CONTROL, [0, 2, 3], 'silence-1', 5 + round)),
    ]);
    expect(after(failures).named).toBeNull();
  });

  test('is nobody while nothing has happened', () => {
    expect(after([])).toEqual({ named: null, candidates: [] });
  });
});
