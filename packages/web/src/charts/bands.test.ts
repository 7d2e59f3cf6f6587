import { describe, expect, test } from 'vitest';
import { bandPath, linePath, type Point, roundUp } from './bands.ts';

const HOUR = 3_600_000;
const points = (...rows: Array<[hour: number, ...values: Array<number | null>]>): Point[] =>
  rows.map(([hour, ...values]) => ({ at: hour * HOUR, values }));

describe('a band', () => {
  test('stands on those below it, and each point holds until the next', () => {
    const two = points([0, 4, 4], [1, 2, 6]);
    expect(bandPath(two, 0, HOUR, 8)).toBe(
      'M0.000 50.000 50.000 50.000 L50.000 75.000 100.000 75.000 L100.000 100.000 50.000 100.000 L50.000 100.000 0.000 100.000 Z',
    );
    expect(bandPath(two, 1, HOUR, 8)).toBe(
      'M0.000 0.000 50.000 0.000 L50.000 0.000 100.000 0.000 L100.000 75.000 50.000 75.000 L50.000 50.000 0.000 50.000 Z',
    );
  });

  test('is no bridge over hours that nobody kept', () => {
    const gap = points([0, 1], [9, 1]);
    expect(bandPath(gap, 0, HOUR, 1).match(/M/g)).toHaveLength(2);
    expect(bandPath(points([0, 1]), 0, HOUR, 1)).toMatch(/^M0.000 0.000 100.000 0.000/);
  });
});

test('a line leaves out what is not known', () => {
  const path = linePath(points([0, null], [1, 3], [2, null], [3, 3]), 0, HOUR, 3);
  expect(path).toBe('M25.000 0.000 50.000 0.000 M75.000 0.000 100.000 0.000');
});

test.each([
  [0, 1],
  [1, 1],
  [3, 5],
  [21, 25],
  [240, 250],
  [100_000, 100_000],
  [100_001, 200_000],
])('an axis for %i ends at %i', (value, top) => expect(roundUp(value)).toBe(top));
