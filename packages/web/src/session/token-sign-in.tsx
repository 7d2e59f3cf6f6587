import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { type SubmitEvent, useState } from 'react';
import { Refused } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { failureOf, refusalWords } from '../ui/failure.ts';
import { Field } from '../ui/field.tsx';
import { signIn } from './session.ts';

/** @param failure why the printed link did not do */
export function TokenSignIn({ failure, onSignedIn }: { failure: unknown; onSignedIn: () => void }) {
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState(failure === undefined ? undefined : problemWords(failure));
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (token.trim() === '') return setProblem(t`The field is empty. Paste the token here.`);
    setBusy(true);
    try {
      await signIn(token.trim());
      onSignedIn();
    } catch (failed) {
      setProblem(problemWords(failed));
      setBusy(false);
    }
  };
  return (
    <form
      noValidate
      className="grid gap-4 border-t border-line pt-5"
      onSubmit={(event) => void submit(event)}
    >
      <Field
        label={t`Operator token`}
        hint={t`It stands in the link that the server prints.`}
        type="password"
        autoComplete="off"
        spellCheck={false}
        className="font-mono"
        placeholder="tso1.…"
        value={token}
        problem={problem}
        onChange={(event) => setToken(event.target.value)}
      />
      <Button kind="quiet" type="submit" refusal={busy ? t`Signing in …` : undefined}>
        <Trans>Sign in with the token</Trans>
      </Button>
    </form>
  );
}

function problemWords(error: unknown): string {
  return error instanceof Refused ? refusalWords(error.refusal, error.wait) : failureOf(error).words;
}
