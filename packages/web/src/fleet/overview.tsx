import { useEffect } from 'react';
import { call } from '../api.ts';
import { ConnectionLost } from '../rollouts/connection-lost.tsx';
import { RolloutList } from '../rollouts/rollout-list.tsx';
import { anchorOf, type Session } from '../session/session.ts';
import type { Anchor } from '../time.ts';
import { Fleet } from './fleet.tsx';
import { usePolled } from './use-polled.ts';

const EVERY = 3_000;

async function ask() {
  const [anchor, fleet, { rollouts }] = await Promise.all([
    call('status').then(anchorOf),
    call('viewFleet'),
    call('listRollouts'),
  ]);
  return { anchor, fleet, rollouts };
}

interface Props {
  session: Session;
  onAnchor: (anchor: Anchor) => void;
  onSignedOut: () => void;
}

export function Overview({ session, onAnchor, onSignedOut }: Props) {
  const { data, lost, heardAt } = usePolled(ask, EVERY, onSignedOut);
  const anchor = data?.anchor;
  useEffect(() => {
    if (anchor) onAnchor(anchor);
  }, [anchor, onAnchor]);
  useEffect(() => {
    document.title = 'Overview · Tuesday';
  }, []);
  return (
    <main className="mx-auto max-w-[90rem] px-4 py-6 pb-28 sm:px-6" aria-busy={data === undefined}>
      <h1 className="text-3xl font-semibold tracking-tight">Overview</h1>
      {data && (
        <div className="mt-6 grid gap-6">
          <RolloutList rollouts={data.rollouts} zone={session.zone} />
          <Fleet fleet={data.fleet} />
        </div>
      )}
      {lost && <ConnectionLost heardAt={heardAt} />}
    </main>
  );
}
