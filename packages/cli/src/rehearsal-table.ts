/** A rehearsal as a table, and in one sentence. */
import type { Rehearsal, RehearsalRow } from '@tuesday/protocol';
import { table } from './output.ts';

const percent = (share: number) => `${(share * 100).toFixed(share > 0 && share < 0.995 ? 1 : 0)} %`;
const number = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 0 });

export function rehearsalTable(rehearsal: Rehearsal): string {
  const rows = rehearsal.rows.map((row) => [
    row.fault,
    percent(row.haltedInFirst),
    percent(row.haltedBeforeLast),
    percent(row.halted),
    `${number(row.harmedMedian)} (${number(row.harmedP95)})`,
    number(row.exposedMedian),
    row.medianHoursToHalt === null ? '–' : row.medianHoursToHalt.toFixed(1),
    row.named === null ? '–' : percent(row.named),
  ]);
  const heading = [
    'fault',
    'halted in stage 1',
    'before the last',
    'at all',
    'harmed (p95)',
    'exposed',
    'hours',
    'named',
  ];
  const legend = rehearsal.rows.map(({ fault, what }) => `${fault}: ${what}`);
  return [
    `${rehearsal.runs} runs of each fault, seed ${rehearsal.seed}; ${rehearsal.source}`,
    '',
    table([heading, ...rows]),
    '',
    ...legend,
    '',
    verdict(rehearsal.rows),
  ].join('\n');
}

/** What a person has to know before approving. */
function verdict(rows: readonly RehearsalRow[]): string {
  const good = rows.filter(({ fault }) => fault.startsWith('good'));
  const missed = rows.filter(
    ({ fault, haltedBeforeLast }) => !fault.startsWith('good') && haltedBeforeLast < 0.95,
  );
  const wolf = Math.max(0, ...good.map(({ halted }) => halted));
  const seen =
    missed.length === 0
      ? 'This plan stops every fault of the catalogue before its last stage'
      : `This plan does not reliably stop ${missed.map(({ fault }) => fault).join(', ')} before its last stage`;
  return `${seen}; a good release is halted in ${percent(wolf)} of the runs at most.`;
}
