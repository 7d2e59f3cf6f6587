/** Short words for cells and results, the same in every report. */
import type { Cell, CellReport, CellResult } from '@tuesday/protocol';

/** `broker mosquitto 2.0.18, region eu` */
export function cellName(cell: Cell): string {
  return Object.entries(cell)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

export function countResults(cells: readonly CellReport[]): Record<CellResult, number> {
  const counts = { passed: 0, failed: 0, 'not-run': 0 };
  for (const { result } of cells) counts[result]++;
  return counts;
}

/** `3 passed, 1 failed, 1 not run` */
export function sumLine(cells: readonly CellReport[]): string {
  const counts = countResults(cells);
  return `${counts.passed} passed, ${counts.failed} failed, ${counts['not-run']} not run`;
}

/** Seconds in the largest two units. */
export function spanOf(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.round((seconds % 3_600) / 60)} min`;
}

/** The scenarios of all cells, in the order in which they were played. */
export function scenarioNames(cells: readonly CellReport[]): string[] {
  return [...new Set(cells.flatMap(({ scenarios }) => scenarios.map(({ scenario }) => scenario)))];
}
