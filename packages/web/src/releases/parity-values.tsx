import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ParityValueView, ParityView } from '@tuesday/protocol';
import { devicesWords } from '../rollouts/words.ts';
import { CoverMark } from './cover-mark.tsx';
import { seenWords, shareWords } from './cover-words.ts';
import { inSight } from './heat.ts';

/** Each value that the fleet runs, by dimension: how much of it, and what was seen with it. */
export function ParityValues({ view: { values, at } }: { view: ParityView }) {
  const dimensions = Map.groupBy(values, ({ dimension }) => dimension);
  return (
    <div className="gap-x-10 lg:columns-2">
      {[...dimensions].map(([dimension, of]) => (
        <Dimension key={dimension} name={dimension} of={of} at={at} />
      ))}
    </div>
  );
}

function Dimension({ name, of, at }: { name: string; of: readonly ParityValueView[]; at: number }) {
  const { shown, rest } = inSight(of);
  return (
    <section aria-label={name} className="mb-6 break-inside-avoid">
      <h3 className="eyebrow">{name}</h3>
      <ul className="rows mt-1 text-sm">
        {shown.map((one) => (
          <Value key={one.value ?? ''} one={one} at={at} />
        ))}
      </ul>
      {rest.length > 0 && (
        <details className="border-t border-line text-sm">
          <summary className="min-h-11 cursor-pointer content-center text-ink-2">
            <Trans>{rest.length} more that passed</Trans>
          </summary>
          <ul className="rows">
            {rest.map((one) => (
              <Value key={one.value ?? ''} one={one} at={at} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Value({ one, at }: { one: ParityValueView; at: number }) {
  const { value, share, devices, cover } = one;
  return (
    <li className="grid gap-1.5 py-3">
      <p className="flex items-start justify-between gap-3">
        <span className="min-w-0 font-semibold wrap-anywhere">{value ?? t`not reported`}</span>
        <CoverMark cover={cover} />
      </p>
      <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-sunken">
        <div className="h-full min-w-0.5 rounded-full bg-ink-2" style={{ width: `${100 * share}%` }} />
      </div>
      <p className="num text-pretty wrap-anywhere text-ink-2">
        {shareWords(share)}, {devicesWords(devices)}; {seenWords(one, at)}
      </p>
    </li>
  );
}
