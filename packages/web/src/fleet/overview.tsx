import { useEffect } from 'react';
import { call } from '../api.ts';
import { ConnectionLost } from '../rollouts/connection-lost.tsx';
import { RolloutList } from '../rollouts/rollout-list.tsx';
import type { Session } from '../session/session.ts';
import { Fleet } from './fleet.tsx';
import { usePolled } from './use-polled.ts';

const EVERY = 3_000;

async function ask() {
  const [fleet, { rollouts }] = await Promise.all([call('viewFleet'), call('listRollouts')]);
  return { fleet, rollouts };
}

export function Overview({ session, onSignedOut }: { session: Session; onSignedOut: () => void }) {
  const { data, lost, heardAt } = usePolled(ask, EVERY, onSignedOut);
  useEffect(() => {
    document.title = 'Overview · Tuesday';
  }, []);
  return (
    <main className="mx-auto max-w-[90rem] px-4 py-6 pb-28 sm:px-6" aria-busy={data === undefined}>
      <h1 className="text-3xl font-semibold tracking-tight">Overview</h1>
      {data && (
        <div className="mt-6 grid items-start gap-6 lg:grid-cols-[1fr_26rem]">
          <RolloutList rollouts={data.rollouts} zone={session.zone} />
          <Fleet fleet={data.fleet} />
        </div>
      )}
      {lost && <ConnectionLost heardAt={heardAt} />}
    </main>
  );
}
