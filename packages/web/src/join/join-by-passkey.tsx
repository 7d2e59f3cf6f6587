import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { JoinedView } from '@tuesday/protocol';
import { Fingerprint } from 'lucide-react';
import { useState } from 'react';
import { call } from '../api.ts';
import { makePasskey } from '../passkeys/passkeys.ts';
import { thisDevice } from '../passkeys/label.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSend } from '../ui/use-send.ts';

interface Props {
  invitation: string;
  onDone: (joined: JoinedView) => void;
}

export function JoinByPasskey({ invitation, onDone }: Props) {
  const [label, setLabel] = useState(thisDevice);
  const { busy, failure, send } = useSend();
  const missing = label.trim() === '' ? t`Give the passkey a name first.` : undefined;
  const make = () =>
    send(async () => {
      const passkey = await makePasskey(await call('beginPasskeyJoin', { body: { invitation } }));
      onDone(await call('join', { body: { invitation, passkey: { ...passkey, label: label.trim() } } }));
    });
  return (
    <>
      <p className="text-sm text-pretty text-ink-2">
        <Trans>
          A passkey is kept by this device or your password manager. It signs you in and proves that it is you
          when you approve something; there is no password to forget or to lose.
        </Trans>
      </p>
      <Field
        label={t`Name of the passkey`}
        hint={t`So that you know it again in your account.`}
        maxLength={64}
        value={label}
        problem={missing}
        onChange={(event) => setLabel(event.target.value)}
      />
      <Problem failure={failure} />
      <Button
        kind="primary"
        refusal={missing ?? (busy ? t`Waiting for your passkey …` : undefined)}
        onClick={() => void make()}
      >
        <Fingerprint size={18} aria-hidden /> <Trans>Make a passkey and join</Trans>
      </Button>
    </>
  );
}
