import { Trans } from '@lingui/react/macro';
import type { RolloutView } from '@tuesday/protocol';
import { type Anchor, countdown } from '../time.ts';
import { useNow } from '../ui/use-now.ts';
import { nextWords } from './next-words.ts';

/** What happens next and when, in the viewer's time and in the fleet's. */
export function NextLook({ view, anchor, zone }: { view: RolloutView; anchor: Anchor; zone: string }) {
  const now = useNow(500);
  const { what, byPerson } = nextWords(view);
  const due = view.lookAgainAt === null ? undefined : countdown(anchor, view.lookAgainAt, now, zone);
  return (
    <section aria-labelledby="next">
      <h2 id="next" className="eyebrow">
        <Trans>Next</Trans>
      </h2>
      {due ? (
        <div className="min-h-36">
          <p className="num mt-1 text-3xl font-semibold tracking-tight">{due.left}</p>
          <p className="mt-1 min-h-12 text-ink-2">{what}</p>
          <dl className="num mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5 text-sm">
            <dt className="text-ink-2">
              <Trans>fleet time</Trans>
            </dt>
            <dd>{due.fleet}</dd>
            <dt className="text-ink-2">
              <Trans>your time</Trans>
            </dt>
            <dd>{due.viewer}</dd>
          </dl>
        </div>
      ) : (
        <div className="min-h-36">
          <p className="mt-1 text-2xl font-semibold tracking-tight">{byPerson}</p>
          <p className="mt-1 text-ink-2">{what}</p>
        </div>
      )}
    </section>
  );
}
