import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RolloutListView } from '@tuesday/protocol';
import { useEffect } from 'react';
import { call } from '../api.ts';
import { LiveIncidents } from '../incidents/live-incidents.tsx';
import { isOver } from '../rollouts/standing.ts';
import { useSession } from '../session/context.ts';
import { Link } from '../ui/link.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { Waiting } from '../ui/waiting.tsx';
import { useAwake } from './keep-awake.ts';
import { WallFleet } from './wall-fleet.tsx';
import { WallHead } from './wall-head.tsx';
import { WallRollout } from './wall-rollout.tsx';

async function ask() {
  const [fleet, { rollouts }] = await Promise.all([call('viewFleet'), call('listRollouts')]);
  return { fleet, rollouts };
}

/**
 * For a screen that nobody touches: what happens, why, and what comes next, in letters for the other end of a room.
 *
 * @param rollout absent: the newest one that is under way, or that stopped and is looked after
 */
export default function WallPage({ rollout }: { rollout: string | undefined }) {
  const { session } = useSession();
  const { data, lost, heardAt } = useAsked('wall', ask, 5_000, ['rollout', 'release', 'devices']);
  useAwake();
  useEffect(() => {
    document.title = t`Wall · Tuesday`;
    document.documentElement.classList.add('wall');
    return () => document.documentElement.classList.remove('wall');
  }, []);
  const shown = rollout ?? chosen(data?.rollouts ?? []);
  return (
    <main className="flex min-h-dvh flex-col gap-4 px-6 py-4">
      <Link
        to="/"
        className="sr-only rounded-lg bg-surface p-3 font-semibold focus:not-sr-only focus:absolute focus:z-10"
      >
        <Trans>Leave the wall</Trans>
      </Link>
      <WallHead session={session} lost={lost} heardAt={heardAt} />
      <LiveIncidents />
      {data === undefined && rollout === undefined ? (
        <>
          <h1 className="text-4xl font-semibold tracking-tight">
            <Trans>The fleet</Trans>
          </h1>
          <Waiting what={t`the fleet and its rollouts`} command="tuesday fleet watch" />
        </>
      ) : (
        <div className="grid flex-1 content-start items-start gap-4 xl:grid-cols-[1fr_24rem]">
          {shown === undefined ? (
            <Quiet />
          ) : (
            <WallRollout key={shown} rollout={shown} fleet={data && <WallFleet fleet={data.fleet} />} />
          )}
          {shown === undefined && data && <WallFleet fleet={data.fleet} />}
        </div>
      )}
    </main>
  );
}

/** What moves or has halted goes before what nobody has started. */
function chosen(rollouts: RolloutListView['rollouts']): string | undefined {
  const live = rollouts.filter(({ phase }) => !isOver(phase) || phase === 'halted');
  return (live.find(({ phase }) => phase !== 'draft') ?? live[0])?.rollout;
}

function Quiet() {
  return (
    <section className="card p-7">
      <h1 className="text-4xl font-semibold tracking-tight text-balance">
        <Trans>No rollout is under way</Trans>
      </h1>
      <p className="mt-3 max-w-[60ch] text-lg text-ink-2">
        <Trans>Whoever starts one sees it here: what it does, why, and what it waits for.</Trans>
      </p>
    </section>
  );
}
