import type { FactorProof, Role } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { PURPOSES } from '../factor/purposes.ts';
import { ProofOrSend } from '../factor/proof-or-send.tsx';
import { RoleBoxes } from '../people/role-boxes.tsx';
import { fleetHere } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { ShownOnce } from '../ui/shown-once.tsx';

const MOST_DAYS = 366;

export function MakeToken({ onMade, onClose }: { onMade: () => void; onClose: () => void }) {
  const { account } = useSession().session;
  const fleet = fleetHere(account);
  const [label, setLabel] = useState('');
  const [days, setDays] = useState('90');
  const [roles, setRoles] = useState<readonly Role[]>([]);
  const [secret, setSecret] = useState<string>();
  const wrong = problemsOf(label, days, roles);
  const make = async (factor?: FactorProof) => {
    if (!fleet) return;
    const body = { label: label.trim(), roles: [...roles], fleet: fleet.fleet, days: Number(days) };
    const made = await call('createToken', { body: { ...body, ...(factor ? { factor } : {}) } });
    setSecret(made.secret);
    onMade();
  };
  if (secret !== undefined)
    return (
      <Dialog stays title="The token" onClose={onClose}>
        <ShownOnce
          title={label.trim()}
          note="Shown once. Put it where the script reads it, and nowhere else."
          lines={[secret]}
        />
        <Button kind="quiet" onClick={onClose}>
          I have kept it
        </Button>
      </Dialog>
    );
  return (
    <Dialog
      title="Make an API token"
      lead={`It acts in ${fleet?.name ?? 'no fleet'}, in your name.`}
      onClose={onClose}
    >
      <Field
        label="Label"
        placeholder="build server"
        maxLength={64}
        value={label}
        onChange={(event) => setLabel(event.target.value)}
      />
      <RoleBoxes legend="Roles" offered={fleet?.roles ?? []} roles={roles} onChange={setRoles} />
      <Field
        label="Days until it expires"
        inputMode="numeric"
        value={days}
        problem={/^\d+$/.test(days) ? undefined : 'A number of days.'}
        onChange={(event) => setDays(event.target.value)}
      />
      <ProofOrSend purpose={PURPOSES.createToken(label.trim())} act="Make it" refusal={wrong} onSend={make} />
      <Button kind="quiet" onClick={onClose}>
        Not now
      </Button>
    </Dialog>
  );
}

function problemsOf(label: string, days: string, roles: readonly Role[]): string | undefined {
  if (label.trim() === '') return 'Give it a label first.';
  if (roles.length === 0) return 'Choose at least one role.';
  const count = Number(days);
  return Number.isInteger(count) && count >= 1 && count <= MOST_DAYS
    ? undefined
    : `It lasts 1 to ${MOST_DAYS} days.`;
}
