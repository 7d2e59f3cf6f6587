import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useState } from 'react';
import { numberWords } from '../rollouts/words.ts';
import type { Point } from './bands.ts';
import { Moment } from '../ui/moment.tsx';

interface Props {
  label: string;
  series: ReadonlyArray<{ name: string }>;
  points: readonly Point[];
  zone: string;
}

/** What a chart shows, as numbers; made when somebody asks for it. */
export function PointTable({ label, series, points, zone }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <details className="mt-2 text-sm" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="inline-block min-h-6 cursor-pointer py-1 text-ink-2 underline underline-offset-4">
        <Trans>As a table</Trans>
      </summary>
      {open && (
        <section
          aria-label={t`${label}, as a table`}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          className="mt-2 max-h-80 overflow-auto rounded-lg border border-line"
        >
          <table className="num w-full text-left">
            <thead className="sticky top-0 bg-sunken">
              <tr>
                <th scope="col" className="px-3 py-2 font-medium">
                  <Trans>From</Trans>
                </th>
                {series.map(({ name }) => (
                  <th key={name} scope="col" className="px-3 py-2 text-right font-medium">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {points.toReversed().map(({ at, values }) => (
                <tr key={at} className="border-t border-line">
                  <th scope="row" className="px-3 py-1.5 font-normal whitespace-nowrap">
                    <Moment at={at} zone={zone} />
                  </th>
                  {series.map(({ name }, index) => (
                    <td key={name} className="px-3 py-1.5 text-right">
                      {values[index] === null || values[index] === undefined
                        ? t`not known`
                        : numberWords(values[index])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}
