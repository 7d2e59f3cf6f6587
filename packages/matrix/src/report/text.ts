/** The results for a terminal: a heat map of letters, and why. */
import type { CellReport, CellResult, MatrixStatement } from '@tuesday/protocol';
import { cellName, scenarioNames, spanOf, sumLine } from './words.ts';

const MARKS: Readonly<Record<CellResult, string>> = { passed: 'pass', failed: 'FAIL', 'not-run': '–' };

/** One row a cell, one column a scenario; below, a sentence for each cell that did not pass. */
export function textReport({ predicate }: MatrixStatement): string {
  const { cells, release, hardware } = predicate;
  const names = scenarioNames(cells);
  const rows = [
    ['cell', 'result', ...names, 'ran'],
    ...cells.map((report) => [cellName(report.cell), ...marksOf(report, names), ranOf(report)]),
  ];
  const troubled = cells.filter(({ result }) => result !== 'passed');
  return [
    `${release} for ${hardware}: ${sumLine(cells)}`,
    '',
    columns(rows),
    ...(troubled.length > 0 ? [''] : []),
    ...troubled.map(({ cell, result, because }) => `${wordOf(result)} ${cellName(cell)}: ${because}`),
  ].join('\n');
}

function marksOf({ result, scenarios }: CellReport, names: readonly string[]): string[] {
  const marks = names.map((name) => {
    const played = scenarios.find(({ scenario }) => scenario === name);
    return played ? MARKS[played.result] : '';
  });
  return [wordOf(result), ...marks];
}

function wordOf(result: CellResult): string {
  return result === 'not-run' ? 'not run' : result;
}

/** Device time beside real time where they differ: a gate may count only one of them. */
function ranOf({ soak }: CellReport): string {
  const real = spanOf(soak.realSeconds);
  return soak.deviceSeconds === soak.realSeconds ? real : `${spanOf(soak.deviceSeconds)} in ${real}`;
}

function columns(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
