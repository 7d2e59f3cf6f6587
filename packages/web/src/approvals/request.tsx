import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ApprovalView } from '@tuesday/protocol';
import { useSession } from '../session/context.ts';
import { fleetAt, spanWords } from '../time.ts';
import { Chip } from '../ui/tone-icon.tsx';
import { useNow } from '../ui/use-now.ts';
import { countWords, STATE_TONES, STATE_WORDS } from './words.ts';
import { Moment } from '../ui/moment.tsx';

/** What will happen, sentence by sentence, and who asks and why. */
export function Request({ view }: { view: ApprovalView }) {
  const { anchor, zone } = useSession().session;
  const now = fleetAt(anchor, useNow(10_000));
  return (
    <section aria-label={t`What you consent to`} className="card p-5 sm:p-6">
      <p className="num flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-ink-2">
        <Chip tone={STATE_TONES[view.state]}>{STATE_WORDS[view.state]}</Chip>
        <span>{countWords(view)}</span>
        {view.state === 'open' && (
          <span>
            <Trans>lapses in {spanWords(view.expiresAt - now)}</Trans>
          </span>
        )}
      </p>
      <ul className="mt-4 grid gap-2.5 text-lg leading-snug text-pretty">
        {view.words.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <div className="mt-5 border-t border-line pt-4">
        <p className="num text-sm text-ink-2">
          <Trans>
            <strong className="font-semibold text-ink">{view.author}</strong> asks,
          </Trans>{' '}
          <Moment at={view.createdAt} zone={zone} />
        </p>
        <p className="mt-1 text-pretty wrap-anywhere">{view.because}</p>
      </div>
    </section>
  );
}
