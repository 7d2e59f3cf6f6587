import { Trans } from '@lingui/react/macro';
import type { RolloutView } from '@tuesday/protocol';
import type { ReactNode } from 'react';
import { releasePath } from '../route.ts';
import { Link } from '../ui/link.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { headline, pausedWords, TONES } from './words.ts';

/** What is happening, in big words, and the judge's sentence why. */
export function Saying({ view, children }: { view: RolloutView; children?: ReactNode }) {
  const paused = pausedWords(view.paused);
  return (
    <section aria-labelledby="what" className="flex flex-col p-5 sm:p-7">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Chip tone={TONES[view.phase]}>{view.phase}</Chip>
        {paused !== '' && (
          <Chip tone="waiting" paused>
            {paused}
          </Chip>
        )}
        <span className="font-medium">{view.name}</span>
        <span className="num text-sm text-ink-2">
          <Trans>
            release{' '}
            <Link to={releasePath(view.release)} className="link inline-block py-1">
              {view.release}
            </Link>
            , way back{' '}
            <Link to={releasePath(view.wayBack)} className="link inline-block py-1">
              {view.wayBack}
            </Link>
          </Trans>
        </span>
      </p>
      <h1
        id="what"
        className="mt-4 text-3xl leading-tight font-semibold tracking-tight text-balance sm:text-4xl"
      >
        {headline(view)}
      </h1>
      <h2 className="eyebrow mt-6">
        <Trans>Why</Trans>
      </h2>
      <p
        aria-live="polite"
        className="mt-1.5 min-h-20 max-w-[62ch] text-lg leading-relaxed text-pretty sm:text-xl"
      >
        {view.because}
      </p>
      {children}
    </section>
  );
}
