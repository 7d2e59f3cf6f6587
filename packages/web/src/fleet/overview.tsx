import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useEffect } from 'react';
import { call } from '../api.ts';
import { ConnectionLost } from '../rollouts/connection-lost.tsx';
import { RolloutList } from '../rollouts/rollout-list.tsx';
import { LiveIncidents } from '../incidents/live-incidents.tsx';
import { wallPath } from '../route.ts';
import { Link } from '../ui/link.tsx';
import { useSession } from '../session/context.ts';
import { anchorOf } from '../session/session.ts';
import { useAsked } from '../ui/use-asked.ts';
import { Waiting } from '../ui/waiting.tsx';
import { Fleet } from './fleet.tsx';

const EVERY = 3_000;

async function ask() {
  const [anchor, fleet, { rollouts }] = await Promise.all([
    call('status').then(anchorOf),
    call('viewFleet'),
    call('listRollouts'),
  ]);
  return { anchor, fleet, rollouts };
}

export function Overview() {
  const { session, onAnchor } = useSession();
  const { data, lost, heardAt } = useAsked('overview', ask, EVERY, ['rollout', 'release', 'devices']);
  const anchor = data?.anchor;
  useEffect(() => {
    if (anchor) onAnchor(anchor);
  }, [anchor, onAnchor]);
  useEffect(() => {
    document.title = t`Overview · Tuesday`;
  }, []);
  return (
    <main className="mx-auto max-w-[90rem] px-4 py-6 pb-28 sm:px-6" aria-busy={data === undefined}>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h1 className="text-3xl font-semibold tracking-tight">
          <Trans>Overview</Trans>
        </h1>
        <Link to={wallPath()} className="link py-1 text-sm max-sm:hidden">
          <Trans>Show it on a wall</Trans>
        </Link>
      </div>
      <LiveIncidents />
      {data && (
        <div className="mt-6 grid gap-6">
          <RolloutList rollouts={data.rollouts} zone={session.zone} />
          <Fleet fleet={data.fleet} />
        </div>
      )}
      {data === undefined && !lost && (
        <div className="mt-6">
          <Waiting what={t`the fleet and its rollouts`} command="tuesday fleet view" />
        </div>
      )}
      {lost && <ConnectionLost heardAt={heardAt} command="tuesday fleet view" />}
    </main>
  );
}
