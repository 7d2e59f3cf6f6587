import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { AccountView } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { Proof } from '../factor/proof.tsx';
import { PURPOSES } from '../factor/purposes.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ShownOnce } from '../ui/shown-once.tsx';

export function RecoveryCard({ account }: { account: AccountView }) {
  const { renew } = useSession();
  const [open, setOpen] = useState(false);
  const [codes, setCodes] = useState<readonly string[]>();
  const left = account.recoveryCodesLeft;
  return (
    <Card
      title={t`Recovery codes`}
      lead={
        left === 0
          ? t`None left. Without them, an admin has to invite you anew when your passkey is lost.`
          : t`${left} left. Each gets you in once.`
      }
    >
      <Button kind="quiet" small className="mt-4 sm:max-w-64" onClick={() => setOpen(true)}>
        <Trans>Make new codes</Trans>
      </Button>
      {open && (
        <Dialog
          title={t`New recovery codes`}
          {...(codes ? {} : { lead: t`The old ones are worth nothing from then on.` })}
          stays={codes !== undefined}
          onClose={() => setOpen(false)}
        >
          {codes ? (
            <ShownOnce
              title={t`Recovery codes`}
              note={t`Shown once. Keep them where you keep passwords.`}
              lines={codes}
              file={`tuesday-recovery-codes-${account.name}.txt`}
            />
          ) : (
            <Proof
              purpose={PURPOSES.newRecoveryCodes}
              act={t`Make them`}
              onProved={async (factor) => {
                setCodes((await call('newRecoveryCodes', { body: { factor } })).recoveryCodes);
                await renew();
              }}
            />
          )}
          <Button
            kind="quiet"
            onClick={() => {
              setOpen(false);
              setCodes(undefined);
            }}
          >
            {codes ? t`I have kept them` : t`Not now`}
          </Button>
        </Dialog>
      )}
    </Card>
  );
}
