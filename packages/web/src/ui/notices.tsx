import { Trans } from '@lingui/react/macro';
import { LoaderCircle } from 'lucide-react';
import { Link } from './link.tsx';
import { Mark } from './mark.tsx';

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
          <Trans>Trying again every two seconds.</Trans>
        </p>
      </div>
    </main>
  );
}

export function Nowhere() {
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
