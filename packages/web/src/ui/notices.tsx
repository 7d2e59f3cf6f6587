import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useEffect } from 'react';
import { LoaderCircle } from 'lucide-react';
import { CommandLine } from './command-line.tsx';
import { Link } from './link.tsx';
import { Mark } from './mark.tsx';
import { Waiting } from './waiting.tsx';

/** Who asks is not known yet: nothing is shown until that takes long. */
export function Entering() {
  return (
    <main aria-busy="true" aria-label="Tuesday" className="grid min-h-dvh place-items-center px-4">
      <div className="w-full max-w-md">
        <Waiting what={t`who you are`} command="tuesday status" />
      </div>
    </main>
  );
}

export function NoAnswer() {
  return (
    <main className="grid min-h-dvh place-items-center px-4">
      <div className="max-w-md" aria-live="polite">
        <Mark />
        <h1 className="mt-6 text-2xl font-semibold tracking-tight">
          <Trans>The server does not answer</Trans>
        </h1>
        <p className="mt-2 flex items-center gap-2 text-ink-2">
          <LoaderCircle size={16} aria-hidden className="motion-safe:animate-spin" />{' '}
          <Trans>Trying again every two seconds. From where a terminal reaches it:</Trans>
        </p>
        <div className="mt-3">
          <CommandLine command="tuesday status" />
        </div>
      </div>
    </main>
  );
}

export function Nowhere() {
  useEffect(() => {
    document.title = t`No such page · Tuesday`;
  }, []);
  return (
    <main className="mx-auto max-w-[90rem] px-4 py-16 sm:px-6">
      <h1 className="text-2xl font-semibold tracking-tight">
        <Trans>There is no such page</Trans>
      </h1>
      <Link to="/" className="mt-4 inline-block py-2 text-accent underline underline-offset-4">
        <Trans>Back to the overview</Trans>
      </Link>
    </main>
  );
}
