/** The results as one HTML file without anything from elsewhere: a map of cells by scenarios. */
import type { CellReport, CellResult, MatrixStatement } from '@tuesday/protocol';
import { escapeMarkup } from './markup.ts';
import { cellName, scenarioNames, spanOf, sumLine } from './words.ts';

/** Told apart by word as well as by colour. */
const LOOKS: Readonly<Record<CellResult, { fill: string; word: string }>> = {
  passed: { fill: '#2f855a', word: 'pass' },
  failed: { fill: '#c53030', word: 'FAIL' },
  'not-run': { fill: '#718096', word: 'not run' },
};
const [WIDE, HIGH, TOP] = [84, 30, 110];
/** Of a letter of the labels, about. */
const LETTER = 7;

export function heatMap(statement: MatrixStatement): string {
  const { predicate } = statement;
  const title = escapeMarkup(`${predicate.release} for ${predicate.hardware}: ${sumLine(predicate.cells)}`);
  const troubled = predicate.cells.filter(({ result }) => result !== 'passed');
  const reasons = troubled.map(
    ({ cell, result, because }) =>
      `<li><b>${LOOKS[result].word}</b> ${escapeMarkup(cellName(cell))}: ${escapeMarkup(because)}</li>`,
  );
  return [
    '<!doctype html>',
    `<html lang="en"><meta charset="utf-8"><title>${title}</title>`,
    '<style>body{font:14px system-ui,sans-serif;margin:24px}svg{max-width:100%;height:auto}</style>',
    `<h1>${title}</h1>`,
    heatMapSvg(predicate.cells),
    `<ul>${reasons.join('\n')}</ul>`,
    `<p>Artifact SHA-256 <code>${statement.subject[0]?.digest.sha256 ?? ''}</code>, ${escapeMarkup(predicate.runner)}</p>`,
    '</html>\n',
  ].join('\n');
}

export function heatMapSvg(cells: readonly CellReport[]): string {
  const names = ['cell as a whole', ...scenarioNames(cells)];
  const left = Math.max(60, ...cells.map(({ cell }) => cellName(cell).length * LETTER + 16));
  const width = left + names.length * WIDE + 20;
  const height = TOP + cells.length * HIGH + 8;
  const heads = names.map((name, column) => {
    const [x, y] = [left + column * WIDE + WIDE / 2, TOP - 10];
    return `<text x="${x}" y="${y}" transform="rotate(-35 ${x} ${y})">${escapeMarkup(name)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" font-size="12" role="img" aria-label="cells by scenarios">`,
    ...heads,
    ...cells.map((report, row) => rowOf(report, names.slice(1), left, TOP + row * HIGH)),
    '</svg>',
  ].join('\n');
}

function rowOf(report: CellReport, names: readonly string[], left: number, y: number): string {
  const label = `<text x="${left - 8}" y="${y + 19}" text-anchor="end">${escapeMarkup(cellName(report.cell))}</text>`;
  const whole = {
    result: report.result,
    because: `${report.because}; ran ${spanOf(report.soak.realSeconds)}`,
  };
  const played = names.map((name) => report.scenarios.find(({ scenario }) => scenario === name));
  const fields = [whole, ...played].map((one, column) =>
    one ? fieldOf(one.result, one.because, left + column * WIDE, y) : '',
  );
  return [label, ...fields].join('');
}

function fieldOf(result: CellResult, because: string, x: number, y: number): string {
  const { fill, word } = LOOKS[result];
  return [
    `<g><title>${escapeMarkup(because === '' ? word : because)}</title>`,
    `<rect x="${x + 1}" y="${y + 1}" width="${WIDE - 2}" height="${HIGH - 2}" rx="3" fill="${fill}"/>`,
    `<text x="${x + WIDE / 2}" y="${y + 19}" text-anchor="middle" fill="#fff">${word}</text></g>`,
  ].join('');
}
