import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COUNTS, segmentsOf, sumInWords, sumOf } from './evidence.ts';

const count = fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 4, arbitrary: fc.nat(100_000) });
const evidence = fc
  .record({
    pending: count,
    installed: count,
    proven: count,
    failed: count,
    rolledBack: count,
    silent: count,
  })
  .map((counts) => ({ ...counts, offered: Object.values(counts).reduce((sum, one) => sum + one, 0) }));

describe('the bar of evidence', () => {
  test('draws every device once: segments and shares add up', () => {
    let full = 0;
    fc.assert(
      fc.property(evidence, (given) => {
        const segments = segmentsOf(given);
        const shares = segments.reduce((sum, { share }) => sum + share, 0);
        expect(segments.reduce((sum, { devices }) => sum + devices, 0)).toBe(given.offered);
        expect(shares).toBeCloseTo(given.offered === 0 ? 0 : 1, 9);
        expect(segments.every(({ devices }) => devices > 0)).toBe(true);
        if (segments.length === COUNTS.length) full++;
      }),
    );
    expect(full).toBeGreaterThan(5);
  });

  test('names all six counts and nothing else', () => {
    const none = { offered: 0, pending: 0, installed: 0, proven: 0, failed: 0, rolledBack: 0, silent: 0 };
    expect(COUNTS.map((one) => one.count).sort()).toEqual(
      Object.keys(none)
        .filter((key) => key !== 'offered')
        .sort(),
    );
    expect(segmentsOf(none)).toEqual([]);
  });

  test.each([
    [
      'counts that add up say so',
      { offered: 32, pending: 2, installed: 0, proven: 24, failed: 0, rolledBack: 6, silent: 0 },
      '24 proven + 2 pending + 6 rolled back = 32 offered',
    ],
    [
      'counts that do not add up cannot hide it',
      { offered: 9, pending: 1, installed: 0, proven: 0, failed: 0, rolledBack: 0, silent: 7 },
      '1 pending + 7 silent ≠ 9 offered',
    ],
    [
      'nothing is nothing',
      { offered: 0, pending: 0, installed: 0, proven: 0, failed: 0, rolledBack: 0, silent: 0 },
      '0 = 0 offered',
    ],
  ])('%s', (_, given, expected) => {
    expect(sumInWords(given)).toBe(expected);
    expect(sumOf(given) === given.offered).toBe(expected.includes('='));
  });
});
