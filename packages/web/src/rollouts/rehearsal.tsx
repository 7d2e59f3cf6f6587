import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RehearsalRow, RolloutView } from '@tuesday/protocol';
import { numberWords, percent } from './words.ts';

/** What the plan would have caught, for whoever approves it. */
export function Rehearsal({ view: { rehearsal } }: { view: RolloutView }) {
  if (rehearsal === null) return null;
  return (
    <section aria-labelledby="rehearsal" className="card min-w-0 p-5 sm:p-6">
      <h2 id="rehearsal" className="text-lg font-semibold tracking-tight">
        <Trans>Rehearsal</Trans>
      </h2>
      <RehearsalTable rehearsal={rehearsal} />
    </section>
  );
}

export function RehearsalTable({ rehearsal }: { rehearsal: NonNullable<RolloutView['rehearsal']> }) {
  return (
    <>
      <p className="num mt-1 text-sm text-pretty text-ink-2">
        <Trans>
          {numberWords(rehearsal.runs)} runs of each fault, seed {rehearsal.seed}; {rehearsal.source}.
        </Trans>
      </p>
      {/* Wide tables scroll inside their card, and what scrolls must be within reach of the keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section tabIndex={0} aria-label={t`Rehearsal, table`} className="mt-3 overflow-x-auto">
        <table className="num w-full min-w-[34rem] text-sm">
          <thead>
            <tr className="text-left text-ink-2">
              {[t`fault`, t`halted in stage 1`, t`at all`, t`harmed`, t`hours`, t`culprit named`].map(
                (title) => (
                  <th key={title} scope="col" className="py-1 pr-4 font-medium">
                    {title}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {rehearsal.rows.map((row) => (
              <Row key={row.fault} row={row} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function Row({ row }: { row: RehearsalRow }) {
  const cell = 'py-2 pr-4 whitespace-nowrap';
  return (
    <tr className="border-t border-line align-top">
      {/* What the rehearsal says is in English in every language. */}
      <th scope="row" lang="en" className="py-2 pr-4 text-left font-normal">
        <span className="font-semibold">{row.fault}</span>
        <span className="block max-w-[22rem] text-pretty text-ink-2">{row.what}</span>
      </th>
      <td className={cell}>{percent(row.haltedInFirst)}</td>
      <td className={cell}>{percent(row.halted)}</td>
      <td className={cell}>{numberWords(Math.round(row.harmedMedian))}</td>
      <td className={cell}>{row.medianHoursToHalt === null ? '–' : row.medianHoursToHalt.toFixed(1)}</td>
      <td className={cell}>{row.named === null ? '–' : percent(row.named)}</td>
    </tr>
  );
}
