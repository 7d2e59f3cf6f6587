import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { call } from '../api.ts';
import { useSession } from '../session/context.ts';
import { usePending } from '../shell/pending.ts';
import { Answered } from '../ui/answered.tsx';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/empty.tsx';
import { Screen } from '../ui/screen.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { GlassForm } from './glass-form.tsx';
import { GlassList } from './glass-list.tsx';

/** One person alone, in an emergency, only to stop and go back. */
export default function BreakGlassPage() {
  const policy = useAsked('policy', () => call('viewPolicy'), 60_000, ['policy']);
  const { session } = useSession();
  const pending = usePending();
  const asked = useAsked('glasses', () => call('listGlasses'), 10_000, ['glass', 'rollout']);
  const changed = async () => void (await Promise.all([asked.again(), pending.again()]));
  return (
    <Screen
      narrow
      title={t`Break glass`}
      lead={t`For what normally needs two people, when only one is there. Halting and an armed recall need nobody else: do those on the rollout’s own page.`}
    >
      <GlassForm key={session.account.name} rules={policy.data?.policy.breakGlass} onBroken={changed} />
      <Card title={t`Broken so far`} lead={t`Each is reviewed by another person.`}>
        <div className="mt-3 grid gap-3">
          <Answered asked={asked} what={t`the broken glasses`} command="tuesday break-glass list">
            {({ glasses }) =>
              glasses.length === 0 ? (
                <Empty command={'tuesday break-glass recall <rollout> --because "…"'}>
                  <Trans>Never. May it stay so. From a terminal, a commander breaks it with:</Trans>
                </Empty>
              ) : (
                <GlassList glasses={glasses} incidents={pending.incidents} onChanged={changed} />
              )
            }
          </Answered>
        </div>
      </Card>
    </Screen>
  );
}
