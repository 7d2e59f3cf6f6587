import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { WhatIfResult } from '@tuesday/simulator/rehearsal';
import { whatIfText } from '@tuesday/simulator/what-if';
import { numberWords, percent } from '../rollouts/words.ts';
import { Card } from '../ui/card.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { hoursWords, moneyWords, outcomeWords, toneOf } from './words.ts';

type Line = readonly [title: string, cell: (one: WhatIfResult) => string];

const LINES: readonly Line[] = [
  [t`Harmed`, ({ row }) => numberWords(row.harmedMedian)],
  [t`Share of the fleet`, ({ harmedShare }) => percent(harmedShare)],
  [t`In a bad run`, ({ row }) => numberWords(row.harmedP95)],
  [t`Got the release`, ({ row }) => numberWords(row.exposedMedian)],
  [t`Halts, of all runs`, ({ row }) => percent(row.halted)],
  [t`Halted after`, ({ row }) => hoursWords(row.medianHoursToHalt)],
  [t`Sent back after`, ({ actedAfterHours }) => hoursWords(actedAfterHours)],
  [t`Called`, ({ called }) => (called.length === 0 ? 'nobody' : called.join(', '))],
  [t`Culprit named`, ({ row }) => (row.named === null ? '–' : percent(row.named))],
  [t`Visits by technicians`, ({ visits }) => numberWords(visits)],
  [t`Cost, by the price list`, moneyWords],
];

/** Side by side, the worst first. */
export function Comparison({ results }: { results: readonly WhatIfResult[] }) {
  return (
    <Card
      title={t`Side by side`}
      lead={t`The worst first. Counts are medians of all runs; one run in twenty is worse than “in a bad run”.`}
    >
      {/* Wide tables scroll inside their card, and what scrolls must be within reach of the keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section tabIndex={0} aria-label={t`What-ifs, table`} className="mt-3 overflow-x-auto">
        <table className="num w-full text-sm">
          <thead>
            <tr className="text-left align-top">
              <th scope="col" className="sticky left-0 bg-surface">
                <span className="sr-only">
                  <Trans>What</Trans>
                </span>
              </th>
              {results.map((one) => (
                <th key={whatIfText(one.whatIf)} scope="col" className="min-w-36 py-1 pr-4 font-semibold">
                  <span className="block wrap-anywhere">{one.whatIf.name}</span>
                  <span className="mt-1 block">
                    <Chip tone={toneOf(one)}>{outcomeWords(one)}</Chip>
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {LINES.map(([title, cell]) => (
              <tr key={title} className="border-t border-line align-top">
                <th
                  scope="row"
                  className="sticky left-0 bg-surface py-2 pr-4 text-left font-normal text-ink-2"
                >
                  {title}
                </th>
                {results.map((one) => (
                  <td key={whatIfText(one.whatIf)} className="py-2 pr-4">
                    {cell(one)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <ul className="mt-3 grid gap-1 text-sm text-pretty text-ink-2">
        {results.map(({ whatIf, because }) => (
          <li key={whatIfText(whatIf)}>
            <span className="font-semibold text-ink">{whatIf.name}:</span> {because}
          </li>
        ))}
      </ul>
    </Card>
  );
}
