import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { AccountView } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { Proof } from '../factor/proof.tsx';
import { PURPOSES } from '../factor/purposes.ts';
import { passwordProblem } from '../join/password-rules.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';

export function PasswordCard({ account }: { account: AccountView }) {
  const [open, setOpen] = useState(false);
  return (
    <Card
      title={t`Password`}
      lead={
        account.hasPassword
          ? t`Set. It lets you in together with a code of your authenticator.`
          : t`None. Your passkeys are enough; a password is only a second way in.`
      }
    >
      <Button kind="quiet" small className="mt-4 sm:max-w-64" onClick={() => setOpen(true)}>
        {account.hasPassword ? t`Change the password` : t`Set a password`}
      </Button>
      {open && <SetPassword onClose={() => setOpen(false)} />}
    </Card>
  );
}

function SetPassword({ onClose }: { onClose: () => void }) {
  const { renew } = useSession();
  const [password, setPassword] = useState('');
  const wrong = passwordProblem(password);
  return (
    <Dialog title={t`New password`} onClose={onClose}>
      <Field
        label={t`New password`}
        type="password"
        autoComplete="new-password"
        hint={t`At least 12 characters; a few words do.`}
        value={password}
        problem={password === '' ? undefined : wrong}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Proof
        purpose={PURPOSES.setPassword}
        act={t`Set it`}
        refusal={wrong}
        onProved={async (factor) => {
          await call('setPassword', { body: { password, factor } });
          await renew();
          onClose();
        }}
      />
      <Button kind="quiet" onClick={onClose}>
        <Trans>Not now</Trans>
      </Button>
    </Dialog>
  );
}
