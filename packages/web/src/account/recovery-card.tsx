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
      title="Recovery codes"
      lead={
        left === 0
          ? 'None left. Without them, an admin has to invite you anew when your passkey is lost.'
          : `${left} left. Each gets you in once.`
      }
    >
      <Button kind="quiet" small className="mt-4 sm:max-w-64" onClick={() => setOpen(true)}>
        Make new codes
      </Button>
      {open && (
        <Dialog
          title="New recovery codes"
          {...(codes ? {} : { lead: 'The old ones are worth nothing from then on.' })}
          stays={codes !== undefined}
          onClose={() => setOpen(false)}
        >
          {codes ? (
            <ShownOnce
              title="Recovery codes"
              note="Shown once. Keep them where you keep passwords."
              lines={codes}
              file={`tuesday-recovery-codes-${account.name}.txt`}
            />
          ) : (
            <Proof
              purpose={PURPOSES.newRecoveryCodes}
              act="Make them"
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
            {codes ? 'I have kept them' : 'Not now'}
          </Button>
        </Dialog>
      )}
    </Card>
  );
}
