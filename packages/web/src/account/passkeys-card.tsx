import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { AccountView } from '@tuesday/protocol';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { call } from '../api.ts';
import { Proof } from '../factor/proof.tsx';
import { PURPOSES } from '../factor/purposes.ts';
import { useSession } from '../session/context.ts';
import { bothWords } from '../time.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Empty } from '../ui/empty.tsx';
import { AddPasskey } from './add-passkey.tsx';
import { Moment } from '../ui/moment.tsx';

type Passkey = AccountView['passkeys'][number];

export function PasskeysCard({ account }: { account: AccountView }) {
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Passkey>();
  return (
    <Card title={t`Passkeys`} lead={t`Sign you in, and prove that it is you when you approve something.`}>
      {account.passkeys.length === 0 && (
        <Empty>
          <Trans>None yet. A passkey is the shortest way to approve from a phone: one touch.</Trans>
        </Empty>
      )}
      <ul className="rows mt-3">
        {account.passkeys.map((one) => (
          <Row key={one.passkey} one={one} onRemove={() => setRemoving(one)} />
        ))}
      </ul>
      <Button kind="quiet" small className="mt-4 sm:max-w-64" onClick={() => setAdding(true)}>
        <Trans>Add a passkey</Trans>
      </Button>
      {adding && <AddPasskey account={account} onClose={() => setAdding(false)} />}
      {removing && <Remove one={removing} onClose={() => setRemoving(undefined)} />}
    </Card>
  );
}

function Row({ one, onRemove }: { one: Passkey; onRemove: () => void }) {
  const { zone } = useSession().session;
  const used = one.lastUsedAt === null ? t`not used yet` : t`last used ${bothWords(one.lastUsedAt, zone)}`;
  return (
    <li className="flex items-center gap-3 py-3">
      <KeyRound size={18} aria-hidden className="shrink-0 text-ink-2" />
      <div className="min-w-0 flex-1 text-sm">
        <p className="font-semibold wrap-anywhere">{one.label}</p>
        <p className="num text-ink-2">
          <Trans>since</Trans> <Moment at={one.createdAt} zone={zone} />, {used}
        </p>
      </div>
      <Button kind="quiet" small onClick={onRemove}>
        <Trans>
          Remove<span className="sr-only"> {one.label}</span>
        </Trans>
      </Button>
    </li>
  );
}

function Remove({ one, onClose }: { one: Passkey; onClose: () => void }) {
  const { renew } = useSession();
  return (
    <Dialog
      title={t`Remove ${one.label}?`}
      lead={t`It does not sign you in any more. Prove that it is you with what you keep.`}
      onClose={onClose}
    >
      <Proof
        purpose={PURPOSES.removePasskey(one.passkey)}
        act={t`Remove`}
        red
        onProved={async (factor) => {
          await call('removePasskey', { params: { passkey: one.passkey }, body: { factor } });
          await renew();
          onClose();
        }}
      />
      <Button kind="quiet" onClick={onClose}>
        <Trans>Keep it</Trans>
      </Button>
    </Dialog>
  );
}
