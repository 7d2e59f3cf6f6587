import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { AccountView, FactorProof } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { Proof } from '../factor/proof.tsx';
import { PURPOSES } from '../factor/purposes.ts';
import { thisDevice } from '../passkeys/label.ts';
import { hasPasskeys, makePasskey } from '../passkeys/passkeys.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSend } from '../ui/use-send.ts';

interface Props {
  account: AccountView;
  onClose: () => void;
}

/** The proof of what the account has already comes first, where it has any; then the new passkey. */
export function AddPasskey({ account, onClose }: Props) {
  const { renew } = useSession();
  const [label, setLabel] = useState(thisDevice);
  const { busy, failure, send } = useSend();
  const refusal = !hasPasskeys()
    ? t`This browser cannot make passkeys here. They need HTTPS or localhost.`
    : label.trim() === ''
      ? t`Give it a name first.`
      : undefined;
  const add = async (factor?: FactorProof) => {
    const made = await makePasskey(await call('beginPasskeyAdd'));
    await call('addPasskey', { body: { ...made, label: label.trim(), ...(factor ? { factor } : {}) } });
    await renew();
    onClose();
  };
  return (
    <Dialog
      title={t`Add a passkey`}
      lead={
        account.factors.length > 0
          ? t`First you prove that it is you, then the browser asks for the new passkey.`
          : t`The browser asks where to keep it.`
      }
      onClose={onClose}
    >
      <Field
        label={t`Name`}
        maxLength={64}
        value={label}
        onChange={(event) => setLabel(event.target.value)}
      />
      {account.factors.length > 0 ? (
        <Proof purpose={PURPOSES.addPasskey} act={t`Go on`} refusal={refusal} onProved={add} />
      ) : (
        <>
          <Problem failure={failure} />
          <Button
            kind="primary"
            refusal={refusal ?? (busy ? t`Waiting for your passkey …` : undefined)}
            onClick={() => void send(() => add())}
          >
            <Trans>Make a passkey</Trans>
          </Button>
        </>
      )}
      <Button kind="quiet" onClick={onClose}>
        <Trans>Not now</Trans>
      </Button>
    </Dialog>
  );
}
