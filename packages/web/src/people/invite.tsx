import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { FactorProof, Grants, RouteAnswer } from '@tuesday/protocol';
import { useState } from 'react';
import { call, Refused } from '../api.ts';
import { ProofOrSend } from '../factor/proof-or-send.tsx';
import { PURPOSES } from '../factor/purposes.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { refusalWords } from '../ui/failure.ts';
import { Field } from '../ui/field.tsx';
import { GrantsBoxes } from './grants-boxes.tsx';
import { InvitationLink } from './invitation-link.tsx';

interface Props {
  onInvited: () => void;
  onClose: () => void;
}

/** The protocol's rule for names, told while typing. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export function Invite({ onInvited, onClose }: Props) {
  const [name, setName] = useState('');
  const [display, setDisplay] = useState('');
  const [email, setEmail] = useState('');
  const [roles, setRoles] = useState<Grants>({});
  const [taken, setTaken] = useState<string>();
  const [invited, setInvited] = useState<RouteAnswer<'invitePerson'>>();
  if (invited) return <InvitationLink invited={invited} onClose={onClose} />;
  const wrongName =
    name === '' || NAME.test(name)
      ? undefined
      : t`Use lower-case letters, digits, “.”, “_” or “-”; at most 64.`;
  const missing =
    wrongName ??
    (name === ''
      ? t`Give a name to sign in with first.`
      : display.trim() === ''
        ? t`Say what the person is called first.`
        : Object.keys(roles).length === 0
          ? t`Choose at least one role.`
          : undefined);
  const invite = async (factor?: FactorProof) => {
    setTaken(undefined);
    const mail = email.trim() === '' ? {} : { email: email.trim() };
    const body = { name, display: display.trim(), roles, ...mail, ...(factor ? { factor } : {}) };
    try {
      setInvited(await call('invitePerson', { body }));
      onInvited();
    } catch (error) {
      if (!(error instanceof Refused) || error.refusal.code !== 'name-taken') throw error;
      setTaken(refusalWords(error.refusal));
    }
  };
  return (
    <Dialog
      title={t`Invite somebody`}
      lead={t`You get a link to pass on; they set up their own way in.`}
      onClose={onClose}
    >
      <Field
        label={t`Name to sign in with`}
        placeholder="alice"
        autoCapitalize="none"
        spellCheck={false}
        value={name}
        problem={wrongName ?? taken}
        onChange={(event) => {
          setTaken(undefined);
          setName(event.target.value);
        }}
      />
      <Field
        label={t`Called`}
        placeholder={t`Alice Weber`}
        maxLength={120}
        value={display}
        onChange={(event) => setDisplay(event.target.value)}
      />
      <Field
        label={t`E-mail (may be left out)`}
        type="email"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <GrantsBoxes grants={roles} onChange={setRoles} />
      <ProofOrSend purpose={PURPOSES.invitePerson(name)} act={t`Invite`} refusal={missing} onSend={invite} />
      <Button kind="quiet" onClick={onClose}>
        <Trans>Not now</Trans>
      </Button>
    </Dialog>
  );
}
