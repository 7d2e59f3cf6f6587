import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { DeviceView } from '@tuesday/protocol';
import { call } from '../api.ts';
import { devicePath, rolloutPath } from '../route.ts';
import { useSession } from '../session/context.ts';
import { bothWords } from '../time.ts';
import { Answered } from '../ui/answered.tsx';
import { Card } from '../ui/card.tsx';
import { Link } from '../ui/link.tsx';
import { Screen } from '../ui/screen.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { factsOf } from './facts.ts';
import { SecondTry } from './second-try.tsx';
import { Slots } from './slots.tsx';
import { Story } from './story.tsx';
import { Verdict } from './verdict.tsx';
import { Moment } from '../ui/moment.tsx';

/** One device: what it will be told, what is in its slots, what happened to it, and what can be done. */
export default function DevicePage({ device }: { device: string }) {
  const asked = useAsked(`device ${device}`, () => call('viewDevice', { params: { device } }), 5_000, [
    `device ${device}`,
    'rollout',
    'devices',
  ]);
  return (
    <Screen
      title={device}
      tab={t`Device ${device}`}
      above={
        <Link to="/devices" className="link mb-2 inline-block py-1 text-sm">
          <Trans>Devices</Trans>
        </Link>
      }
    >
      <Answered asked={asked} what={t`this device`} command={`tuesday device view ${device}`}>
        {(view) => (
          <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
            <div className="grid gap-6">
              <Verdict view={view} onChanged={asked.again} />
              <Slots view={view} />
              <WentBack view={view} onChanged={asked.again} />
              <Facts view={view} />
              <Rescues view={view} />
              <Rollouts view={view} />
            </div>
            <Story device={device} />
          </div>
        )}
      </Answered>
    </Screen>
  );
}

function Facts({ view }: { view: DeviceView }) {
  const { zone } = useSession().session;
  const seen = view.lastSeen === null ? t`never` : bothWords(view.lastSeen, zone);
  return (
    <Card title={t`As it reports itself`} lead={t`Last heard ${seen}.`}>
      <dl className="num mt-4 grid gap-x-6 gap-y-2 text-sm sm:grid-cols-[10rem_1fr]">
        {factsOf(view).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-2">{name}</dt>
            <dd className="font-medium wrap-anywhere">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function WentBack({ view, onChanged }: { view: DeviceView; onChanged: () => Promise<void> }) {
  if (view.retries.length === 0) return null;
  return (
    <Card
      title={t`Went back from`}
      lead={t`It refuses these releases, unless somebody lets it try once more.`}
    >
      <ul className="rows mt-2">
        {view.retries.map(({ release, refused }) => (
          <li key={release} className="flex flex-wrap items-start justify-between gap-3 py-3">
            <span className="num py-2 font-semibold">{release}</span>
            <SecondTry device={view.device} release={release} refused={refused} onChanged={onChanged} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Rescues({ view }: { view: DeviceView }) {
  const { zone } = useSession().session;
  if (view.rescues.length === 0) return null;
  return (
    <Card title={t`Rescues`} lead={t`Recovery releases that it looked for and took by itself.`}>
      <ul className="rows mt-2 text-sm">
        {view.rescues.map(({ version, kind, because, heardAt, road }) => (
          <li key={`${version} ${kind} ${heardAt}`} className="py-3">
            <Trans>
              <span className="num font-semibold">{version}</span> {kind}, heard
            </Trans>{' '}
            <Moment at={heardAt} zone={zone} />
            <p className="mt-0.5 text-pretty text-ink-2 wrap-anywhere">{because}</p>
            {road !== undefined && road.by !== 'http' && (
              <p className="mt-0.5 text-ink-2">
                <Trans>
                  Its bytes came from{' '}
                  {road.neighbour === undefined ? (
                    t`a neighbour`
                  ) : (
                    <Link to={devicePath(road.neighbour)} className="link num inline-block py-0.5">
                      {road.neighbour}
                    </Link>
                  )}
                  , on the {road.by}.
                </Trans>
              </p>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Rollouts({ view }: { view: DeviceView }) {
  if (view.memberships.length === 0) return null;
  return (
    <Card title={t`Rollouts`}>
      <ul className="rows mt-2 text-sm">
        {view.memberships.map(({ rollout, stage, state, because }) => (
          <li key={rollout} className="py-3">
            <Link to={rolloutPath(rollout)} className="font-semibold underline-offset-4 hover:underline">
              {rollout}
            </Link>
            <p className="mt-0.5 text-pretty text-ink-2 wrap-anywhere">
              <Trans>
                Stage {stage + 1}, {state}
                {because === '' ? '' : `: ${because}`}
              </Trans>
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
