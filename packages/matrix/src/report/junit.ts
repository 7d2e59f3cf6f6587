/**
 * JUnit XML as CI systems read it: a suite for each cell, a case for each scenario. Failed is `failure`, unsupported is
 * `skipped`, and a cell of which nothing was learned is an `error`: it must not look like either.
 */
import type { CellReport, MatrixStatement, ScenarioResult } from '@tuesday/protocol';
import { escapeMarkup } from './markup.ts';
import { cellName } from './words.ts';

export function junitReport({ predicate }: MatrixStatement): string {
  const suites = predicate.cells.map(suiteOf);
  const name = escapeMarkup(`${predicate.release} for ${predicate.hardware}`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${name}">\n${suites.join('\n')}\n</testsuites>\n`;
}

function suiteOf(report: CellReport): string {
  const name = escapeMarkup(cellName(report.cell));
  const cases = report.scenarios.map((scenario) => caseOf(name, scenario));
  // A cell that never came up has no scenario that could say so.
  if (report.result === 'not-run' && !cases.some(({ kind }) => kind === 'error'))
    cases.unshift(noted(name, 'bring-up', 0, 'error', report.because));
  const count = (kind: Kind) => cases.filter((one) => one.kind === kind).length;
  const seconds = report.scenarios.reduce((sum, one) => sum + one.seconds, 0).toFixed(3);
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
  const at = new Date(report.finishedAt).toISOString();
  return [
    `  <testsuite name="${name}" ${counts} time="${seconds}" timestamp="${at}">`,
    ...cases.map(({ xml }) => xml),
    '  </testsuite>',
  ].join('\n');
}

type Kind = 'passed' | 'failure' | 'error' | 'skipped';

function caseOf(suite: string, { scenario, result, because, seconds }: ScenarioResult) {
  const kind = kindOf(result, because);
  return noted(suite, scenario, seconds, kind, because);
}

function kindOf(result: ScenarioResult['result'], because: string): Kind {
  if (result !== 'not-run') return result === 'failed' ? 'failure' : 'passed';
  return because.startsWith('unsupported: ') ? 'skipped' : 'error';
}

function noted(suite: string, name: string, seconds: number, kind: Kind, because: string) {
  const head = `    <testcase classname="${suite}" name="${escapeMarkup(name)}" time="${seconds.toFixed(3)}"`;
  const xml =
    kind === 'passed'
      ? `${head}/>`
      : `${head}>\n      <${kind} message="${escapeMarkup(because)}"/>\n    </testcase>`;
  return { kind, xml };
}
