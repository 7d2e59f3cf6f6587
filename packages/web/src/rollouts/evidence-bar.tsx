import type { Evidence } from '@tuesday/protocol';
import { COUNTS, segmentsOf, sumInWords } from './evidence.ts';
import { numberWords } from './words.ts';

/** The six counts as one bar and as numbers that visibly add up to what was offered. */
export function EvidenceBar({ evidence }: { evidence: Evidence }) {
  const sum = sumInWords(evidence);
  return (
    <div className="mt-4">
      <div aria-hidden className="flex h-5 gap-[2px] overflow-hidden rounded-md bg-sunken">
        {segmentsOf(evidence).map(({ count, share }) => (
          <div
            key={count}
            data-count={count}
            className={`segment fill-${count} min-w-2 basis-0 rounded-[3px]`}
            style={{ flexGrow: share }}
          />
        ))}
      </div>
      <dl className="mt-3 grid grid-cols-3 gap-x-3 gap-y-2 sm:grid-cols-6">
        {COUNTS.map(({ count, word, means }) => (
          <div key={count} data-tally={count} title={means}>
            <dd
              className={`num text-xl leading-none font-semibold ${evidence[count] === 0 ? 'text-ink-2' : ''}`}
            >
              {numberWords(evidence[count])}
            </dd>
            <dt className="mt-1.5 flex items-center gap-1.5 text-[0.8125rem] text-ink-2">
              <span aria-hidden className={`fill-${count} size-2.5 shrink-0 rounded-[3px]`} />
              {word}
            </dt>
          </div>
        ))}
      </dl>
      <p data-sum className="num mt-3 text-sm text-ink-2">
        {sum}
      </p>
    </div>
  );
}
