import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
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
      title={t`Let ${one.display} in again?`}
      lead={t`With the roles and the ways in of before.`}
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
        purpose={PURPOSES.enablePerson(one.name)}
        act={t`Enable`}
        refusal={because.trim() === '' ? t`Say why first: one sentence is enough.` : undefined}
        onSend={enable}
      />
      <Button kind="quiet" onClick={onClose}>
        <Trans>Not now</Trans>
      </Button>
    </Dialog>
  );
}
