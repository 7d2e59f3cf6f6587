import { Trans } from '@lingui/react/macro';
import type { RolloutView } from '@tuesday/protocol';
import { useState } from 'react';
import { ToneIcon } from '../ui/tone-icon.tsx';
import { eventTone, eventWords } from './words.ts';
import { Moment } from '../ui/moment.tsx';

const FEW = 6;

/** What happened, newest first, with who did it and the sentence. */
export function History({ view: { events }, zone }: { view: RolloutView; zone: string }) {
  const [all, setAll] = useState(false);
  const newest = events.toReversed();
  const shown = all ? newest : newest.slice(0, FEW);
  return (
    <section aria-labelledby="history" className="card p-5 sm:p-6">
      <h2 id="history" className="text-lg font-semibold tracking-tight">
        <Trans>History</Trans>
      </h2>
      {events.length === 0 && (
        <p className="mt-2 text-sm text-ink-2">
          <Trans>Nothing happened yet.</Trans>
        </p>
      )}
      <ol className="mt-3 grid gap-4">
        {shown.map((one) => (
          <li key={one.seq} className="grid grid-cols-[1rem_1fr] gap-x-3">
            <span className="pt-0.5">
              <ToneIcon tone={eventTone(one.event)} />
            </span>
            <div className="min-w-0 text-sm">
              <p className="font-semibold">{eventWords(one.event)}</p>
              <p className="num text-ink-2">
                <Moment at={one.at} zone={zone} />
                <Trans>, by {one.actor}</Trans>
              </p>
              <p className="mt-1 text-pretty wrap-anywhere">{one.because}</p>
            </div>
          </li>
        ))}
      </ol>
      {events.length > FEW && !all && (
        <button
          type="button"
          className="mt-3 min-h-10 rounded-lg text-sm font-semibold text-accent underline underline-offset-4"
          onClick={() => setAll(true)}
        >
          <Trans>Show all {events.length}</Trans>
        </button>
      )}
    </section>
  );
}
