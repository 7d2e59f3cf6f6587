import { expect, test } from 'vitest';
import { backgroundOf, powerOf, powerWords } from './power.ts';
import type { TrialLayout } from './slices.ts';

const layout = (offered: number, later: number, rare = 60): TrialLayout => ({
  slices: [
    { attribute: '', value: '' },
    { attribute: 'broker', value: 'rare' },
  ],
  strata: [''],
  cohorts: [
    [offered, Math.min(8, rare)],
    [later, Math.max(0, rare - 8)],
    [200, 0],
  ],
  metrics: false,
});
const noisy = backgroundOf({
  awayShare: 0.05,
  troublePerDay: 0.005,
  soakHours: 24,
  silenceHours: [0.75, 2, 8],
});
const quiet = backgroundOf({
  awayShare: 0.01,
  troublePerDay: 0.005,
  soakHours: 24,
  silenceHours: [0.75, 2, 8],
});

test('a stage of 135 of 12,000 sees a defect in 5 to 13 % of the fleet, a quiet fleet a smaller one', () => {
  const [inNoise, inQuiet] = [noisy, quiet].map(
    (background) => powerOf(layout(135, 11_600), 0, background).sees ?? 1,
  );
  expect(inNoise).toBeGreaterThan(0.05);
  expect(inNoise).toBeLessThan(0.13);
  expect(inQuiet).toBeLessThanOrEqual(inNoise ?? 0);
});

test('more devices see more', () => {
  const sees = [30, 100, 300, 1_000, 3_000].map(
    (offered) => powerOf(layout(offered, 10_000), 0, noisy).sees ?? 1,
  );
  expect(sees).toEqual(sees.toSorted((a, b) => b - a));
  expect(sees.at(-1)).toBeLessThan(0.02);
});

test('one per cent of a fleet of 300 sees next to nothing, and the sentence says so', () => {
  const power = powerOf(layout(3, 290, 12), 0, noisy);
  expect(power.sees).toBeGreaterThan(0.9);
  expect(powerWords(power)).toContain(
    'This stage of 3 is too small to see much: only a defect that hits 98 %',
  );
  expect(powerWords(power)).toContain('broker = rare (12 devices)');
});

test('a clean stage of 120 hides at most 2.5 % of the fleet', () => {
  expect(powerOf(layout(120, 10_000), 0, quiet).hides).toBeCloseTo(0.0247, 3);
});

test.each([0, 1, 5_000_000])('a stage of %i gives numbers that are numbers', (offered) => {
  const power = powerOf(layout(offered, 1_000_000), 0, noisy);
  expect(powerWords(power)).not.toMatch(/NaN|undefined|Infinity/);
});

test('two of two cannot halt at all', () => {
  const power = powerOf(layout(2, 3, 0), 0, noisy);
  expect(power.sees).toBeNull();
  expect(powerWords(power)).toContain('cannot see a defect by itself, even if every device fails');
});
