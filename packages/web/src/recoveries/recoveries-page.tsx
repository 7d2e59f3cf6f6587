import { t } from '@lingui/core/macro';
import { Plural, Trans } from '@lingui/react/macro';
import type { CampaignLineView } from '@tuesday/protocol';
import { call } from '../api.ts';
import { numberWords } from '../rollouts/words.ts';
import { go, planRecoveryPath, recoveryPath } from '../route.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { bothWords } from '../time.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/empty.tsx';
import { Link } from '../ui/link.tsx';
import { Screen } from '../ui/screen.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { STATE_TONES } from './words.ts';

export default function RecoveriesPage() {
  const { account } = useSession().session;
  const asked = useAsked('recoveries', () => call('listRecoveries'), 5_000, ['recovery']);
  return (
    <Screen
      narrow
      title={t`Recovery`}
      lead={t`For devices that no longer answer. A campaign shows which roads to them are open, asks neighbours to carry a signed recovery release, and lists the rest for technicians.`}
    >
      <Button
        kind="quiet"
        className="justify-self-start"
        refusal={refusalFor(account, 'operate')}
        onClick={() => go(planRecoveryPath())}
      >
        <Trans>Plan a recovery</Trans>
      </Button>
      <Answered asked={asked} what={t`the recovery campaigns`} command="tuesday recovery list">
        {({ recoveries }) => <Lists recoveries={recoveries} />}
      </Answered>
    </Screen>
  );
}

const isOver = ({ state }: CampaignLineView) => state === 'finished' || state === 'stopped';

function Lists({ recoveries }: { recoveries: readonly CampaignLineView[] }) {
  const live = recoveries.filter((one) => !isOver(one));
  const over = recoveries.filter(isOver);
  return (
    <>
      <Card title={t`Now`}>
        {live.length > 0 ? (
          <Rows recoveries={live} />
        ) : (
          <Empty command="tuesday recovery preview --incident <incident> --release <version>">
            <Trans>
              No campaign runs. Four roads lead to a device that is silent: the server hears it after all; a
              neighbour on the same link gives it signed bytes; it looks for a recovery release by itself; or
              somebody drives there. Which are open for whom, from a terminal, without changing anything:
            </Trans>
          </Empty>
        )}
      </Card>
      {over.length > 0 && (
        <Card title={t`Over`}>
          <Rows recoveries={over} />
        </Card>
      )}
    </>
  );
}

function Rows({ recoveries }: { recoveries: readonly CampaignLineView[] }) {
  const { zone } = useSession().session;
  return (
    <ul className="rows mt-2">
      {recoveries.map(({ recovery, title, state, devices, release, plannedAt, plannedBy, startedAt }) => (
        <li key={recovery}>
          <Link
            to={recoveryPath(recovery)}
            className="-mx-2 flex flex-wrap items-start gap-x-4 gap-y-1.5 rounded-lg px-2 py-3.5 hover:bg-sunken"
          >
            <span className="min-w-0 flex-1 basis-64 wrap-anywhere">
              <span className="font-semibold">{title}</span>
              <span className="num mt-0.5 block text-sm text-ink-2">
                <Trans>
                  {numberWords(devices)} <Plural value={devices} one="device" other="devices" />, to run{' '}
                  {release}
                </Trans>
              </span>
              <span className="num mt-0.5 block text-sm text-ink-2">
                {startedAt === null
                  ? t`planned ${bothWords(plannedAt, zone)} by ${plannedBy}`
                  : t`started ${bothWords(startedAt, zone)}`}
              </span>
            </span>
            <Chip tone={STATE_TONES[state]}>{state}</Chip>
          </Link>
        </li>
      ))}
    </ul>
  );
}
