import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANY, coverPairs, fewestRows, pairsOf, type Row } from './covering.ts';

function openPairs(widths: readonly number[], rows: readonly Row[]): string[] {
  const met = new Set<string>();
  for (const row of rows)
    for (let a = 0; a < widths.length; a++)
      for (let b = a + 1; b < widths.length; b++) met.add(`${a}=${row[a]} ${b}=${row[b]}`);
  const open: string[] = [];
  for (let a = 0; a < widths.length; a++)
    for (let b = a + 1; b < widths.length; b++)
      for (let x = 0; x < widths[a]!; x++)
        for (let y = 0; y < widths[b]!; y++)
          if (!met.has(`${a}=${x} ${b}=${y}`)) open.push(`${a}=${x} ${b}=${y}`);
  return open;
}

const widths = fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 9 });

describe('a covering array', () => {
  test('has every two values of different columns in some row', () => {
    let pairs = 0;
    fc.assert(
      fc.property(widths, (widths) => {
        pairs += pairsOf(widths);
        expect(openPairs(widths, coverPairs(widths))).toEqual([]);
      }),
    );
    expect(pairs).toBeGreaterThan(5_000);
  });

  test('holds only values that a column has, and nothing in a column without values', () => {
    fc.assert(
      fc.property(widths, (widths) => {
        for (const row of coverPairs(widths))
          row.forEach((value, column) => {
            expect(value).toBeGreaterThanOrEqual(ANY);
            expect(value).toBeLessThan(Math.max(0, widths[column]!));
          });
      }),
    );
  });

  test('is never shorter than can be, and the same every time', () => {
    fc.assert(
      fc.property(widths, (widths) => {
        const rows = coverPairs(widths);
        if (widths.some((width) => width > 0)) expect(rows.length).toBeGreaterThanOrEqual(fewestRows(widths));
        expect(coverPairs(widths)).toEqual(rows);
      }),
    );
  });

  // Covering array tables (Colbourn): CAN(2,4,3) = 9, CAN(2,13,3) = 15; two columns are their product.
  test.each<[string, number[], number]>([
    ['four columns of three', [3, 3, 3, 3], 9],
    ['thirteen columns of three', Array<number>(13).fill(3), 20],
    ['ten columns of ten', Array<number>(10).fill(10), 180],
    ['two columns', [5, 4], 20],
    ['one column', [6], 6],
    ['columns of which two are wide', [15, 10, 4, 4, 3, 2, 2], 150],
    ['many columns of two', Array<number>(60).fill(2), 14],
  ])('is nearly as short as known ones: %s', (_, widths, most) => {
    expect(coverPairs(widths).length).toBeLessThanOrEqual(most);
  });
});
