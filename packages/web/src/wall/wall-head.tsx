import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useLineState } from '../live/line.ts';
import { fleetHere } from '../session/allowed.ts';
import type { Session } from '../session/session.ts';
import { exactWords, fleetAt } from '../time.ts';
import { Mark } from '../ui/mark.tsx';
import { Moment } from '../ui/moment.tsx';
import { useNow } from '../ui/use-now.ts';

interface Props {
  session: Session;
  /** Nobody answers. */
  lost: boolean;
  heardAt: number | undefined;
}

/** Which fleet, what time it is there, and whether what is shown is still true. */
export function WallHead({ session: { account, anchor, zone }, lost, heardAt }: Props) {
  const now = useNow(1_000);
  const line = useLineState();
  const stale = lost || line === 'lost';
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-1">
      <Mark />
      <p className="text-xl font-semibold tracking-tight">
        {fleetHere(account)?.name ?? account.organisation}
      </p>
      {anchor.rate !== 1 && (
        <p className="font-medium text-warn">
          <Trans>demo clock, {anchor.rate}× real time</Trans>
        </p>
      )}
      <p className="ml-auto text-lg">
        <Moment at={fleetAt(anchor, now)} zone={zone} />
      </p>
      <output
        className={`flex items-center gap-2 rounded-lg ${stale ? 'bg-warn-soft px-3 py-1 font-semibold text-warn' : 'text-ink-2'}`}
      >
        <span aria-hidden className={`size-3 shrink-0 rounded-full ${stale ? 'bg-warn' : 'bg-good'}`} />
        {lost ? (
          <span>
            {silence(heardAt)} <code>tuesday fleet watch</code>
          </span>
        ) : (
          LINE_WORDS[line]
        )}
      </output>
    </div>
  );
}

function silence(heardAt: number | undefined): string {
  return heardAt === undefined
    ? t`The server does not answer.`
    : t`The server does not answer; this is of ${exactWords(heardAt)}.`;
}

const LINE_WORDS = {
  lost: t`Not live: asked every few seconds.`,
  off: t`Connecting …`,
  live: t`Live`,
} as const;
