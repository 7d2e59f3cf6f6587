import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
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
      <Dialog stays title={t`The token`} onClose={onClose}>
        <ShownOnce
          title={label.trim()}
          note={t`Shown once. Put it where the script reads it, and nowhere else.`}
          lines={[secret]}
        />
        <Button kind="quiet" onClick={onClose}>
          <Trans>I have kept it</Trans>
        </Button>
      </Dialog>
    );
  return (
    <Dialog
      title={t`Make an API token`}
      lead={t`It acts in ${fleet?.name ?? t`no fleet`}, in your name.`}
      onClose={onClose}
    >
      <Field
        label={t`Label`}
        placeholder={t`build server`}
        maxLength={64}
        value={label}
        onChange={(event) => setLabel(event.target.value)}
      />
      <RoleBoxes legend={t`Roles`} offered={fleet?.roles ?? []} roles={roles} onChange={setRoles} />
      <Field
        label={t`Days until it expires`}
        inputMode="numeric"
        value={days}
        problem={/^\d+$/.test(days) ? undefined : t`A number of days.`}
        onChange={(event) => setDays(event.target.value)}
      />
      <ProofOrSend
        purpose={PURPOSES.createToken(label.trim())}
        act={t`Make it`}
        refusal={wrong}
        onSend={make}
      />
      <Button kind="quiet" onClick={onClose}>
        <Trans>Not now</Trans>
      </Button>
    </Dialog>
  );
}

function problemsOf(label: string, days: string, roles: readonly Role[]): string | undefined {
  if (label.trim() === '') return t`Give it a label first.`;
  if (roles.length === 0) return t`Choose at least one role.`;
  const count = Number(days);
  return Number.isInteger(count) && count >= 1 && count <= MOST_DAYS
    ? undefined
    : t`It lasts 1 to ${MOST_DAYS} days.`;
}
