import { t } from '@lingui/core/macro';
import { type SubmitEvent, useState } from 'react';
import { call, Refused } from '../api.ts';
import { proofOf } from '../factor/code.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSend } from '../ui/use-send.ts';

interface Props {
  name?: string;
  onSignedIn: () => void;
}

type Problems = { name?: string; password?: string; code?: string };

/** Name and password first; the code once the server asks for it. */
export function PasswordSignIn({ name: known = '', onSignedIn }: Props) {
  const [name, setName] = useState(known);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState<string>();
  const [problems, setProblems] = useState<Problems>({});
  const { busy, failure, send, forget } = useSend();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const found = problemsOf(name, password, code);
    setProblems(found);
    if (busy || Object.keys(found).length > 0) return;
    const read = code === undefined ? undefined : proofOf(code);
    const factor = read && 'proof' in read ? { factor: read.proof } : {};
    await send(async () => {
      try {
        await call('passwordSignIn', { body: { name: name.trim().toLowerCase(), password, ...factor } });
        onSignedIn();
      } catch (error) {
        if (!(error instanceof Refused) || error.refusal.code !== 'factor-needed') throw error;
        setCode((before) => before ?? '');
      }
    });
  };
  const atCode = failure?.code === 'factor-invalid' ? failure.words : undefined;
  return (
    <form noValidate className="grid gap-4" onSubmit={(event) => void submit(event)} onChange={forget}>
      <Field
        label={t`Name`}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        value={name}
        problem={problems.name}
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label={t`Password`}
        type="password"
        autoComplete="current-password"
        value={password}
        problem={problems.password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {code !== undefined && (
        <Field
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          label={t`Code`}
          hint={t`Six digits of your authenticator, or a recovery code.`}
          autoComplete="one-time-code"
          inputMode="numeric"
          value={code}
          problem={problems.code ?? atCode}
          onChange={(event) => setCode(event.target.value)}
        />
      )}
      {atCode === undefined && <Problem failure={failure} />}
      <Button kind="quiet" type="submit" refusal={busy ? t`Signing in …` : undefined}>
        {code === undefined ? t`Continue` : t`Sign in with code`}
      </Button>
    </form>
  );
}

function problemsOf(name: string, password: string, code: string | undefined): Problems {
  const read = code === undefined ? undefined : proofOf(code);
  return {
    ...(name.trim() === '' ? { name: t`Type the name that you were invited with.` } : {}),
    ...(password === '' ? { password: t`Type your password.` } : {}),
    ...(read && 'problem' in read ? { code: read.problem } : {}),
  };
}
