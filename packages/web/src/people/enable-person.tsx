import type { FactorProof, PersonView } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { ProofOrSend } from '../factor/proof-or-send.tsx';
import { PURPOSES } from '../factor/purposes.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Area } from '../ui/field.tsx';

interface Props {
  one: PersonView;
  onChanged: () => Promise<void>;
  onClose: () => void;
}

export function EnablePerson({ one, onChanged, onClose }: Props) {
  const [because, setBecause] = useState('');
  const enable = async (factor?: FactorProof) => {
    const body = { because: because.trim(), ...(factor ? { factor } : {}) };
    await call('enablePerson', { params: { person: one.name }, body });
    await onChanged();
    onClose();
  };
  return (
    <Dialog
      title={`Let ${one.display} in again?`}
      lead="With the roles and the ways in of before."
      onClose={onClose}
    >
      <Area
        label="Because"
        hint="Kept in the audit log."
        maxLength={1_000}
        value={because}
        onChange={(event) => setBecause(event.target.value)}
      />
      <ProofOrSend
        purpose={PURPOSES.enablePerson(one.name)}
        act="Enable"
        refusal={because.trim() === '' ? 'Say why first: one sentence is enough.' : undefined}
        onSend={enable}
      />
      <Button kind="quiet" onClick={onClose}>
        Not now
      </Button>
    </Dialog>
  );
}
