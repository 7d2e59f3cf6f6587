import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { type ReactNode, useEffect } from 'react';
import { CommandLine } from '../ui/command-line.tsx';
import { Mark } from '../ui/mark.tsx';
import { SignInWays } from './sign-in-ways.tsx';

/** A page for somebody who is not signed in: one card in the middle. */
export function Doorstep({ title, lead, children, below }: DoorstepProps) {
  useEffect(() => {
    document.title = t`${title} · Tuesday`;
  }, [title]);
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-md">
        <p className="mb-8 flex items-center gap-3 text-lg font-semibold tracking-tight">
          <Mark /> Tuesday
        </p>
        <div className="card p-6 sm:p-8">
          <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
          {lead !== undefined && <p className="mt-2 text-pretty text-ink-2">{lead}</p>}
          <div className="mt-6 grid gap-5">{children}</div>
        </div>
        {below}
      </div>
    </main>
  );
}

interface DoorstepProps {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
  below?: ReactNode;
}

/** @param failure why the printed link did not do */
export function SignIn({ failure, onSignedIn }: { failure: unknown; onSignedIn: () => void }) {
  return (
    <Doorstep
      title={t`Sign in`}
      below={
        <>
          <p className="mt-6 mb-2 text-sm text-ink-2">
            <Trans>
              No account yet? Ask an admin for an invitation. On a new server, open the link that it prints at
              every start:
            </Trans>
          </p>
          <CommandLine command="npm start" />
        </>
      }
    >
      <SignInWays failure={failure} onSignedIn={onSignedIn} />
    </Doorstep>
  );
}
