import { planSchema } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutOffs, rankOf, stageOf, stageSizes } from './cohort.ts';

const plan = planSchema.parse({
  name: 'p',
  release: '1.0.0',
  stages: [
    { share: 0.01, soak: '24h' },
    { share: 0.1, soak: '24h' },
    { share: 1, soak: '24h' },
  ],
});

test('every device has one stage, sizes add up, and rare values are covered', () => {
  let covered = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 900 }),
      fc.integer({ min: 1, max: 60 }),
      fc.string(),
      (common, rare, seed) => {
        const draw = (name: string, size: number) =>
          Float64Array.from({ length: size }, (_, index) => rankOf(seed, `${name}${index}`)).sort();
        const ranks = new Map([
          ['', draw('c', common)],
          ['broker=x', draw('r', rare)],
        ]);
        const cut = cutOffs(ranks, plan);
        const found = Array.from({ length: 4 }, () => 0);
        for (const [stratum, sorted] of ranks)
          for (const rank of sorted) found[stageOf(cut, stratum, rank)]!++;
        expect(found).toEqual(stageSizes(cut));
        expect(found.reduce((sum, size) => sum + size, 0)).toBe(common + rare);
        expect(found[0]).toBeGreaterThan(0);
        if (rare < 2 * plan.coverage) return;
        covered++;
        expect(cut.get('broker=x')?.sizes[0]).toBeGreaterThanOrEqual(plan.coverage);
      },
    ),
    { numRuns: 150, seed: 1 },
  );
  expect(covered).toBeGreaterThan(50);
});
