import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { PersonView } from '@tuesday/protocol';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/empty.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { Invite } from './invite.tsx';
import { Person } from './person.tsx';

export function People() {
  const { account } = useSession().session;
  const asked = useAsked('people', () => call('listPeople'), 15_000, ['person']);
  const [inviting, setInviting] = useState(false);
  const refusal = refusalFor(account, 'administer');
  return (
    <Card title={t`People`} lead={t`Who is in the organisation, and what each may do in which fleet.`}>
      <Answered asked={asked} what={t`the people`} command="tuesday people list">
        {({ people }) => <List people={people} onChanged={asked.again} />}
      </Answered>
      <Button
        kind="primary"
        small
        className="mt-4 sm:max-w-64"
        refusal={refusal}
        onClick={() => setInviting(true)}
      >
        <UserPlus size={16} aria-hidden /> <Trans>Invite somebody</Trans>
      </Button>
      {inviting && <Invite onInvited={() => void asked.again()} onClose={() => setInviting(false)} />}
    </Card>
  );
}

function List({ people, onChanged }: { people: readonly PersonView[]; onChanged: () => Promise<void> }) {
  if (people.length === 0)
    return (
      <Empty command="tuesday people invite alice --role main=operator,approver">
        <Trans>Nobody yet. Two people are needed to start a rollout; invite them:</Trans>
      </Empty>
    );
  return (
    <ul className="rows mt-2">
      {people.map((one) => (
        <Person key={one.name} one={one} onChanged={onChanged} />
      ))}
    </ul>
  );
}
