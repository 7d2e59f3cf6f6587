import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { FactorProof, PersonView, RouteAnswer } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { ProofOrSend } from '../factor/proof-or-send.tsx';
import { PURPOSES } from '../factor/purposes.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Area } from '../ui/field.tsx';
import { InvitationLink } from './invitation-link.tsx';

interface Props {
  one: PersonView;
  onChanged: () => Promise<void>;
  onClose: () => void;
}

export function InviteAgain({ one, onChanged, onClose }: Props) {
  const [because, setBecause] = useState('');
  const [invited, setInvited] = useState<RouteAnswer<'inviteAgain'>>();
  if (invited) return <InvitationLink invited={invited} onClose={onClose} />;
  const invite = async (factor?: FactorProof) => {
    const body = { because: because.trim(), ...(factor ? { factor } : {}) };
    setInvited(await call('inviteAgain', { params: { person: one.name }, body }));
    await onChanged();
  };
  return (
    <Dialog
      title={t`A new link for ${one.display}?`}
      lead={t`For somebody who has lost every way in. Whoever opens the link sets up the account anew.`}
      onClose={onClose}
    >
      <Area
        label={t`Because`}
        hint={t`Kept in the audit log.`}
        maxLength={1_000}
        value={because}
        onChange={(event) => setBecause(event.target.value)}
      />
      <ProofOrSend
        purpose={PURPOSES.inviteAgain(one.name)}
        act={t`Make the link`}
        refusal={because.trim() === '' ? t`Say why first: one sentence is enough.` : undefined}
        onSend={invite}
      />
      <Button kind="quiet" onClick={onClose}>
        <Trans>Not now</Trans>
      </Button>
    </Dialog>
  );
}
