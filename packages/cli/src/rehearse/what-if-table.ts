/** What-ifs side by side, the worst first. */
import type { WhatIfReport, WhatIfResult } from '@tuesday/simulator/rehearsal';
import { table, time } from '../output.ts';

const number = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 0 });
const percent = (share: number) => `${Number((share * 100).toPrecision(2))} %`;
const hours = (value: number | null) => (value === null ? 'never' : `${value.toFixed(1)} h`);

export function whatIfTable({ runs, seed, source, results }: WhatIfReport): string {
  const row = (title: string, cell: (one: WhatIfResult) => string) => [title, ...results.map(cell)];
  const body = table([
    row('', ({ whatIf }) => whatIf.name),
    row(
      'harmed',
      ({ row: { harmedMedian }, harmedShare }) => `${number(harmedMedian)} (${percent(harmedShare)})`,
    ),
    row('offered', (one) => number(one.row.exposedMedian)),
    row('halts in', (one) => percent(one.row.halted)),
    row('halted after', (one) => hours(one.row.medianHoursToHalt)),
    row('sent back after', (one) => hours(one.actedAfterHours)),
    row('called', ({ called }) => (called.length === 0 ? 'nobody' : called.join(', '))),
    row('visits', ({ visits }) => number(visits)),
    row('cost', ({ cost }) => `${number(cost.total)} ${cost.currency}`),
  ]);
  return [
    `${runs} runs of each, seed ${seed}; ${source}; the worst first`,
    '',
    body,
    ...results.flatMap(lines),
  ].join('\n');
}

function lines({ whatIf, what, because, story }: WhatIfResult): string[] {
  return [
    '',
    `${whatIf.name}: ${what} ${because}`,
    ...story.events.map((event) => `  ${time(event.at)}  ${event.what}`),
  ];
}
