import type { ParityValueView, ParityView } from '@tuesday/protocol';
import { devicesWords } from '../rollouts/words.ts';
import { CoverMark } from './cover-mark.tsx';
import { ageWords, shareWords } from './cover-words.ts';

/** Each value that the fleet runs, by dimension: how much of it, and what was seen with it. */
export function ParityValues({ view: { values, at } }: { view: ParityView }) {
  const dimensions = Map.groupBy(values, ({ dimension }) => dimension);
  return (
    <div className="gap-x-10 lg:columns-2">
      {[...dimensions].map(([dimension, of]) => (
        <section key={dimension} aria-label={dimension} className="mb-6 break-inside-avoid">
          <h3 className="eyebrow">{dimension}</h3>
          <ul className="rows mt-1 text-sm">
            {of
              .toSorted((a, b) => b.share - a.share)
              .map((one) => (
                <Value key={one.value ?? ''} one={one} at={at} />
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Value({ one, at }: { one: ParityValueView; at: number }) {
  const { value, share, devices, cover, testedAt, because } = one;
  const age = ageWords(testedAt, at);
  return (
    <li className="grid gap-1.5 py-3">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-semibold wrap-anywhere">{value ?? 'not reported'}</span>
        <span className="num text-ink-2">
          {shareWords(share)}, {devicesWords(devices)}
        </span>
        <span className="ml-auto">
          <CoverMark cover={cover} />
        </span>
      </p>
      <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-sunken">
        <div className="h-full min-w-0.5 rounded-full bg-ink-2" style={{ width: `${100 * share}%` }} />
      </div>
      <p className="num text-pretty wrap-anywhere text-ink-2">
        {age}
        {because === '' || because === 'passed' ? '' : `: ${because}`}
      </p>
    </li>
  );
}
