import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { AccountView, FactorProof } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { Proof } from '../factor/proof.tsx';
import { PURPOSES } from '../factor/purposes.ts';
import { codeProblem } from '../join/password-rules.ts';
import { TotpSetup } from '../join/totp-setup.tsx';
import { useSession } from '../session/context.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { useSend } from '../ui/use-send.ts';

export function AuthenticatorCard({ account }: { account: AccountView }) {
  const [open, setOpen] = useState(false);
  const has = account.factors.includes('totp');
  return (
    <Card
      title={t`Authenticator`}
      lead={
        has
          ? t`Set. Its six digits prove that it is you.`
          : t`None. An app that shows six digits, for where no passkey is at hand.`
      }
    >
      <Button kind="quiet" small className="mt-4 sm:max-w-64" onClick={() => setOpen(true)}>
        {has ? t`Set up another one` : t`Set up an authenticator`}
      </Button>
      {open && <SetTotp account={account} onClose={() => setOpen(false)} />}
    </Card>
  );
}

function SetTotp({ account, onClose }: { account: AccountView; onClose: () => void }) {
  const { renew } = useSession();
  const totp = useAsked('new totp', () => call('beginTotp'), 'once');
  const [code, setCode] = useState('');
  const { busy, failure, send } = useSend();
  const missing = codeProblem(code);
  const set = async (factor?: FactorProof) => {
    if (!totp.data) return;
    const { secret } = totp.data;
    const body = { secret, code: code.replaceAll(/\s/g, ''), ...(factor ? { factor } : {}) };
    await call('setTotp', { body });
    await renew();
    onClose();
  };
  return (
    <Dialog title={t`Set up an authenticator`} onClose={onClose}>
      <Answered quiet asked={totp} what={t`a new secret`}>
        {(secret) => <TotpSetup totp={secret} code={code} problem={undefined} onCode={setCode} />}
      </Answered>
      {account.factors.length > 0 ? (
        <>
          <p className="text-sm text-ink-2">
            <Trans>Then prove that it is you with what you have already:</Trans>
          </p>
          <Proof purpose={PURPOSES.setTotp} act={t`Set it up`} refusal={missing} onProved={set} />
        </>
      ) : (
        <>
          <Problem failure={failure} />
          <Button
            kind="primary"
            refusal={missing ?? (busy ? t`Sending …` : undefined)}
            onClick={() => void send(() => set())}
          >
            <Trans>Set it up</Trans>
          </Button>
        </>
      )}
      <Button kind="quiet" onClick={onClose}>
        <Trans>Not now</Trans>
      </Button>
    </Dialog>
  );
}
