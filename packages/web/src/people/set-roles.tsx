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
    <Dialog title={`Roles of ${one.display}`} onClose={onClose}>
      <GrantsBoxes grants={roles} onChange={setRoles} />
      <Area
        label="Because"
        hint="Kept in the audit log."
        maxLength={1_000}
        value={because}
        onChange={(event) => setBecause(event.target.value)}
      />
      <ProofOrSend
        purpose={PURPOSES.setRoles(one.name)}
        act="Set them"
        refusal={because.trim() === '' ? 'Say why first: one sentence is enough.' : undefined}
        onSend={set}
      />
      <Button kind="quiet" onClick={onClose}>
        Not now
      </Button>
    </Dialog>
  );
}
