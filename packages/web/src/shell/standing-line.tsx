import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { type LineState, useLineState } from '../live/line.ts';
import type { Session } from '../session/session.ts';
import { viewersZone } from '../time.ts';

const WORDS: Readonly<Record<LineState, string>> = {
  off: t`Connecting …`,
  live: t`Live`,
  lost: t`Not live: asked every few seconds until it is. tuesday fleet watch follows changes, too.`,
};
const DOTS: Readonly<Record<LineState, string>> = {
  off: 'bg-line-strong',
  live: 'bg-good',
  lost: 'bg-warn',
};

/** Under the header: whose times these are, and whether what stands here follows what happens. */
export function StandingLine({ session: { zone } }: { session: Session }) {
  const line = useLineState();
  const mine = viewersZone();
  return (
    <section
      aria-label={t`Times and connection`}
      className="border-b border-line bg-ground text-xs text-ink-2"
    >
      <div className="mx-auto flex max-w-[90rem] flex-wrap items-center gap-x-4 px-4 py-1 sm:px-6">
        {mine !== zone && (
          <p>
            <Trans>
              Times are {zone}; yours is {mine}.
            </Trans>
          </p>
        )}
        <output
          className={`ml-auto flex items-center gap-1.5 ${line === 'lost' ? 'font-medium text-warn' : ''}`}
        >
          <span aria-hidden className={`size-2 shrink-0 rounded-full ${DOTS[line]}`} />
          <span className={line === 'live' ? 'max-sm:sr-only' : ''}>{WORDS[line]}</span>
        </output>
      </div>
    </section>
  );
}
