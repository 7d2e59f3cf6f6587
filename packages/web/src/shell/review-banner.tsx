import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { GlassView } from '@tuesday/protocol';
import { Siren } from 'lucide-react';
import { glassWords } from '../glass/words.ts';
import type { Session } from '../session/session.ts';
import { bothWords, fleetAt, spanWords } from '../time.ts';
import { Link } from '../ui/link.tsx';
import { useNow } from '../ui/use-now.ts';

/** Red over the whole console until another person has closed the review; redder when it is overdue. */
export function ReviewBanner({ glasses, session }: { glasses: readonly GlassView[]; session: Session }) {
  const now = fleetAt(session.anchor, useNow(10_000));
  const [first] = glasses;
  if (!first) return null;
  const overdue = glasses.some(({ review }) => review.overdue);
  const look = overdue ? 'bg-red text-white' : 'border-b-2 border-red bg-bad-soft text-bad';
  const { dueAt } = first.review;
  return (
    <section aria-label={t`Broken glass`} className={look}>
      <div className="mx-auto flex max-w-[90rem] flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm sm:px-6">
        <p className="flex min-w-0 flex-1 basis-72 items-start gap-2.5">
          <Siren size={18} aria-hidden className="mt-0.5 shrink-0" />
          <span className="min-w-0">
            <strong className="font-semibold">
              {overdue ? t`Review overdue. ` : t`Broken glass. `}
              {glasses.length > 1 ? t`${glasses.length} reviews are open. ` : ''}
            </strong>
            {glassWords(first)}{' '}
            <span className="num">
              {first.review.overdue
                ? t`Its review was due ${spanWords(now - dueAt)} ago.`
                : t`Another person must close its review by ${bothWords(dueAt, session.zone)}.`}
            </span>
          </span>
        </p>
        <Link to="/break-glass" className="inline-block py-2 font-semibold underline underline-offset-4">
          <Trans>Read and close it</Trans>
        </Link>
      </div>
    </section>
  );
}
