/** A proposed matrix for a terminal. */
import type { MatrixPlan } from '@tuesday/matrix';
import { table } from '../output.ts';

const PARTS = {
  pairs: 'in pairs',
  once: 'once',
  rare: 'too rare',
  unseen: 'nobody has it',
  unreachable: 'cannot be brought up',
} as const;

export function planTable({ dimensions, cells, gaps, pairs, fewestCells }: MatrixPlan): string {
  const values = dimensions.flatMap(({ name, values }) =>
    values.map(({ value, devices, share, part }) => [
      name,
      value ?? '(not reported)',
      devices === null ? '' : String(devices),
      share === null ? '' : `${(share * 100).toFixed(2)} %`,
      PARTS[part],
    ]),
  );
  const names = Object.keys(cells[0] ?? {});
  const rows = cells.map((cell, index) => [String(index + 1), ...names.map((name) => cell[name] ?? '')]);
  return [
    table([['dimension', 'value', 'devices', 'share', 'tested'], ...values]),
    '',
    `${cells.length} cells, of at least ${fewestCells}; ${pairs} pairs of values meet in them`,
    table([['cell', ...names], ...rows]),
    ...(gaps.length > 0 ? ['', 'left out:', ...gaps.map((gap) => `  ${gap}`)] : []),
  ].join('\n');
}
