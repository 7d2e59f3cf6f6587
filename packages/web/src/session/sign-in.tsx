import { LogIn } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { Refused } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { Mark } from '../ui/mark.tsx';
import { signIn } from './session.ts';

/** @param failure why the link or the last session did not do */
export function SignIn({ failure, onSignedIn }: { failure: unknown; onSignedIn: () => void }) {
  const [token, setToken] = useState('');
  const [error, setError] = useState<unknown>(failure);
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (token.trim() === '') return setError(new Error('The field is empty. Paste the token here.'));
    setBusy(true);
    try {
      await signIn(token.trim());
      onSignedIn();
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  };
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-md">
        <p className="mb-8 flex items-center gap-3 text-lg font-semibold tracking-tight">
          <Mark /> Tuesday
        </p>
        <form noValidate className="card p-6 sm:p-8" onSubmit={(event) => void submit(event)}>
          <h1 className="text-2xl font-semibold tracking-tight">Sign in</h1>
          <p className="mt-2 text-ink-2">
            Open the link that the server printed when it started, or paste the operator token from it.
          </p>
          <label htmlFor="token" className="mt-6 block text-sm font-medium">
            Operator token
          </label>
          <input
            id="token"
            type="password"
            autoComplete="current-password"
            spellCheck={false}
            className="mt-2 h-12 w-full rounded-lg border border-line-strong bg-surface px-3 font-mono"
            placeholder="tso1.…"
            value={token}
            aria-invalid={error !== undefined}
            aria-describedby="token-problem"
            onChange={(event) => setToken(event.target.value)}
          />
          <p id="token-problem" role="alert" className="mt-2 min-h-12 text-sm text-bad">
            {error === undefined ? '' : problemWords(error)}
          </p>
          <Button kind="primary" type="submit" className="w-full" refusal={busy ? 'Signing in …' : undefined}>
            <LogIn size={18} aria-hidden /> Sign in
          </Button>
        </form>
        <p className="mt-6 mb-2 text-sm text-ink-2">Lost the link? The server prints it at every start.</p>
        <CommandLine command="npm start" />
      </div>
    </main>
  );
}

function problemWords(error: unknown): string {
  if (error instanceof Refused) return `Not signed in: ${error.refusal.because}. ${error.refusal.try}.`;
  return error instanceof Error ? error.message : 'Something broke.';
}
