import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { JoinedView } from '@tuesday/protocol';
import { type SubmitEvent, useState } from 'react';
import { call } from '../api.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { useSend } from '../ui/use-send.ts';
import { codeProblem, passwordProblem } from './password-rules.ts';
import { TotpSetup } from './totp-setup.tsx';

interface Props {
  invitation: string;
  onDone: (joined: JoinedView) => void;
  onBack: (() => void) | undefined;
}

export function JoinByPassword({ invitation, onDone, onBack }: Props) {
  const totp = useAsked('totp', () => call('totpForJoining', { body: { invitation } }), 'once');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [checked, setChecked] = useState(false);
  const { busy, failure, send } = useSend();
  const wrong = { password: passwordProblem(password), code: codeProblem(code) };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    const secret = totp.data?.secret;
    if (busy || secret === undefined || wrong.password !== undefined || wrong.code !== undefined) return;
    await send(async () =>
      onDone(
        await call('join', {
          body: { invitation, password, totp: { secret, code: code.replaceAll(/\s/g, '') } },
        }),
      ),
    );
  };
  const at = (field: string) => (failure?.field?.startsWith(field) === true ? failure.words : undefined);
  const codeFailed = failure?.code === 'factor-invalid' ? failure.words : at('totp');
  return (
    <form noValidate className="grid gap-5" onSubmit={(event) => void submit(event)}>
      <Field
        label={t`Password`}
        type="password"
        autoComplete="new-password"
        hint={t`At least 12 characters; a few words do.`}
        value={password}
        problem={(checked ? wrong.password : undefined) ?? at('password')}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Answered quiet asked={totp} what={t`your secret`}>
        {(secret) => (
          <TotpSetup
            totp={secret}
            code={code}
            problem={(checked ? wrong.code : undefined) ?? codeFailed}
            onCode={setCode}
          />
        )}
      </Answered>
      {at('password') === undefined && codeFailed === undefined && <Problem failure={failure} />}
      <Button kind="primary" type="submit" refusal={busy ? t`Sending …` : undefined}>
        <Trans>Join</Trans>
      </Button>
      {onBack && (
        <button type="button" className="link min-h-11 justify-self-center" onClick={onBack}>
          <Trans>Use a passkey instead</Trans>
        </button>
      )}
    </form>
  );
}
