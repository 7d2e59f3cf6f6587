import { t } from '@lingui/core/macro';
import { call } from '../api.ts';
import { useQuery } from '../route.ts';
import { Answered } from '../ui/answered.tsx';
import { Screen } from '../ui/screen.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { PlanForm } from './plan-form.tsx';

async function askChoices() {
  const [{ releases }, { incidents }] = await Promise.all([
    call('listReleases'),
    call('listIncidents', { query: {} }),
  ]);
  return { releases: releases.filter(({ state }) => state === 'published'), incidents };
}

export default function PlanRecoveryPage() {
  const incident = useQuery('incident');
  const asked = useAsked('what a recovery is planned with', askChoices, 'once');
  return (
    <Screen
      title={t`Plan a recovery`}
      lead={t`Choose who is to come back, and what they are to run. Which roads are open is shown while you choose; nothing happens before you start it.`}
    >
      <Answered asked={asked} what={t`releases and incidents`} command="tuesday recovery preview --help">
        {(choices) => <PlanForm {...choices} incident={incident} />}
      </Answered>
    </Screen>
  );
}
