import { describe, expect, test } from 'vitest';
import { isRegular } from './contact.ts';

describe('waits', () => {
  test.each<[string, number[], boolean]>([
    ['that are all the same are regular', [500, 505, 498, 501], true],
    ['that double are regular', [1_000, 2_010, 3_990], true],
    ['that grow by half are regular', [1_000, 1_500, 2_260], true],
    ['that jump are not', [1_000, 400, 3_700], false],
    ['of which two double by chance are not', [1_000, 2_000, 900], false],
    ['that are two are not: two say nothing', [1_000, 2_000], false],
    ['of nothing are not', [], false],
  ])('%s', (_, waits, regular) => expect(isRegular(waits)).toBe(regular));

  test('with full jitter are taken for regular in fewer than one run in a hundred', () => {
    // A linear congruential generator (Park and Miller, 1988): the same runs each time.
    let seed = 20_261_126;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const runs = Array.from({ length: 20_000 }, () => [20, 40, 80].map((span) => span * 1_000 * random()));
    expect(runs.filter(isRegular).length).toBeLessThan(200);
  });
});
