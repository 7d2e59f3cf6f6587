import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { PersonView } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { factorsWords } from '../factor/factor-words.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Reasoned } from '../ui/reasoned.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { EnablePerson } from './enable-person.tsx';
import { grantsWords } from './grants.ts';
import { InviteAgain } from './invite-again.tsx';
import { SetRoles } from './set-roles.tsx';

const TONES = { active: 'good', invited: 'waiting', disabled: 'calm' } as const;

interface Props {
  one: PersonView;
  onChanged: () => Promise<void>;
}

export function Person({ one, onChanged }: Props) {
  const { account } = useSession().session;
  const [asking, setAsking] = useState<'roles' | 'disable' | 'enable' | 'again'>();
  const refused = refusalFor(account, 'administer') !== undefined;
  const close = () => setAsking(undefined);
  const disabled = one.state === 'disabled';
  return (
    <li className="grid gap-2 py-4 sm:grid-cols-[1fr_auto] sm:items-center">
      <div className="min-w-0 text-sm">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-base">
          <span className="font-semibold wrap-anywhere">{one.display}</span>
          <span className="font-mono text-sm text-ink-2">{one.name}</span>
          <Chip tone={TONES[one.state]}>{one.state}</Chip>
        </p>
        <ul className="mt-1 text-ink-2">
          {grantsWords(one.roles).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        <p className="text-ink-2">
          {factorsWords(one.factors)}
          {one.email === null ? '' : `, ${one.email}`}
        </p>
      </div>
      {!refused && (
        <div className="flex flex-wrap gap-2">
          <Button kind="quiet" small onClick={() => setAsking('roles')}>
            <Trans>
              Roles<span className="sr-only"> of {one.display}</span>
            </Trans>
          </Button>
          <Button kind="quiet" small onClick={() => setAsking('again')}>
            <Trans>
              New link<span className="sr-only"> for {one.display}</span>
            </Trans>
          </Button>
          <Button kind="quiet" small onClick={() => setAsking(disabled ? 'enable' : 'disable')}>
            {disabled ? t`Enable` : t`Disable`}
            <span className="sr-only"> {one.display}</span>
          </Button>
        </div>
      )}
      {asking === 'roles' && <SetRoles one={one} onChanged={onChanged} onClose={close} />}
      {asking === 'again' && <InviteAgain one={one} onChanged={onChanged} onClose={close} />}
      {asking === 'enable' && <EnablePerson one={one} onChanged={onChanged} onClose={close} />}
      {asking === 'disable' && (
        <Reasoned
          red
          title={t`Disable ${one.display}?`}
          lead={t`All sessions and tokens end now, and nobody gets in under this name until it is enabled again.`}
          act={t`Disable`}
          command={`tuesday people disable ${one.name} --because "…"`}
          onSend={async (because) => {
            await call('disablePerson', { params: { person: one.name }, body: { because } });
            await onChanged();
          }}
          onClose={close}
        />
      )}
    </li>
  );
}
