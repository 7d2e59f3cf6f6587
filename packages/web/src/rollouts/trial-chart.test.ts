import { expect, test } from 'vitest';
import { words } from './trial-chart.tsx';

const history = (...evidence: number[]) => ({
  pauseAt: 1,
  haltAt: 2,
  points: evidence.map((one, at) => ({ at, evidence: one })),
  opened: [],
});

test.each([
  [[-1, 0.5, 0.4], '0.4 now, 0.5 at its strongest. It stayed below the bound that pauses.'],
  [
    [-1, 1, 0],
    '0.0 now, 1.0 at its strongest. It went beyond the bound that pauses, not beyond the one that halts.',
  ],
  [[0, 2.4], '2.4 now, 2.4 at its strongest. It went beyond the bound that halts.'],
])('%o is said as it is', (evidence, said) => {
  expect(words(history(...evidence))).toBe(`Evidence over time, as a power of ten: ${said}`);
});
