import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { FactorProof, PersonView } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { ProofOrSend } from '../factor/proof-or-send.tsx';
import { PURPOSES } from '../factor/purposes.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Area } from '../ui/field.tsx';
import { GrantsBoxes } from './grants-boxes.tsx';

interface Props {
  one: PersonView;
  onChanged: () => Promise<void>;
  onClose: () => void;
}

export function SetRoles({ one, onChanged, onClose }: Props) {
  const { renew } = useSession();
  const [roles, setRoles] = useState(one.roles);
  const [because, setBecause] = useState('');
  const set = async (factor?: FactorProof) => {
    const body = { roles, because: because.trim(), ...(factor ? { factor } : {}) };
    await call('setRoles', { params: { person: one.name }, body });
    await Promise.all([onChanged(), renew()]);
    onClose();
  };
  return (
    <Dialog title={t`Roles of ${one.display}`} onClose={onClose}>
      <GrantsBoxes grants={roles} onChange={setRoles} />
      <Area
        label={t`Because`}
        hint={t`Kept in the audit log.`}
        maxLength={1_000}
        value={because}
        onChange={(event) => setBecause(event.target.value)}
      />
      <ProofOrSend
        purpose={PURPOSES.setRoles(one.name)}
        act={t`Set them`}
        refusal={because.trim() === '' ? t`Say why first: one sentence is enough.` : undefined}
        onSend={set}
      />
      <Button kind="quiet" onClick={onClose}>
        <Trans>Not now</Trans>
      </Button>
    </Dialog>
  );
}
