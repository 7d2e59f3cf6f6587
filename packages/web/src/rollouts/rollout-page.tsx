import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useEffect } from 'react';
import { IncidentOfRollout } from '../incidents/of-rollout.tsx';
import { useSession } from '../session/context.ts';
import { Link } from '../ui/link.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { ActBar } from './act-bar.tsx';
import { commandLeft } from './acts.ts';
import { BeforeStart } from './before-start.tsx';
import { Blame } from './blame.tsx';
import { ConnectionLost } from './connection-lost.tsx';
import { HaltSeen } from './halt-seen.tsx';
import { History } from './history.tsx';
import { NextLook } from './next-look.tsx';
import { Numbers } from './numbers.tsx';
import { PlanCalendar } from './plan-calendar.tsx';
import { Rehearsal } from './rehearsal.tsx';
import { Risk } from './risk.tsx';
import { Saying } from './saying.tsx';
import { isOver } from './standing.ts';
import { Stages } from './stages.tsx';
import { Trial } from './trial.tsx';
import { useLive } from './use-live.ts';
import { Watch } from './watch.tsx';

/** Phases that have an incident. */
const STOPPED = new Set(['halted', 'recalling', 'recalled']);

/** In this order: what happens, why, what next and when, the one red button; then what it rests on. */
export function RolloutPage({ rollout }: { rollout: string }) {
  const { session, onAnchor } = useSession();
  const { anchor, zone } = session;
  const live = useLive(rollout, onAnchor);
  const { view, lost, refused } = live;
  const title = view ? `${view.phase} · ${view.name}` : rollout;
  useEffect(() => {
    document.title = t`${title} · Tuesday`;
  }, [title]);
  if (refused && !view) return <NoSuchRollout because={refused.refusal.because} />;
  return (
    <main className="mx-auto max-w-[90rem] px-4 pt-4 pb-44 sm:px-6 md:pb-24" aria-busy={view === undefined}>
      <nav aria-label={t`Breadcrumb`} className="mb-3 text-sm">
        <Link to="/" className="inline-block py-1 text-ink-2 underline-offset-4 hover:underline">
          <Trans>Overview</Trans>
        </Link>
        <span aria-hidden className="px-2 text-ink-2">
          /
        </span>
        <span className="font-mono text-ink-2">{rollout}</span>
      </nav>
      {view === undefined && (
        <>
          <h1 className="mb-4 text-3xl font-semibold tracking-tight">{rollout}</h1>
          {!lost && <Waiting what={t`this rollout`} command={`tuesday rollout watch ${rollout}`} />}
        </>
      )}
      {view && (
        <>
          <div className="card grid overflow-hidden lg:grid-cols-[1fr_22rem]">
            <Saying view={view}>
              <HaltSeen view={view} />
              {STOPPED.has(view.phase) && <IncidentOfRollout rollout={rollout} />}
            </Saying>
            <div className="flex flex-col gap-5 border-line p-5 max-lg:border-t sm:p-7 lg:border-l">
              <NextLook view={view} anchor={anchor} zone={zone} />
              <ActBar view={view} lost={lost} />
            </div>
          </div>
          <div className="mt-6 grid items-start gap-6 lg:grid-cols-[1fr_22rem]">
            <div className="grid min-w-0 gap-6">
              <BeforeStart view={view} />
              <Stages view={view} anchor={anchor} zone={zone} />
            </div>
            <div className="grid min-w-0 gap-6 lg:row-span-2">
              <Numbers view={view} />
              <Watch view={view} />
              <Trial view={view} />
              <Blame view={view} />
            </div>
            <div className="grid min-w-0 gap-6">
              {!isOver(view.phase) && <PlanCalendar view={view} />}
              {view.phase === 'draft' && <Risk rollout={rollout} />}
              <Rehearsal view={view} />
              <History view={view} zone={zone} />
            </div>
          </div>
        </>
      )}
      {lost && <ConnectionLost command={commandLeft(rollout, view)} heardAt={live.heardAt} />}
    </main>
  );
}

function NoSuchRollout({ because }: { because: string }) {
  return (
    <main className="mx-auto max-w-[90rem] px-4 py-16 sm:px-6">
      <h1 className="text-2xl font-semibold tracking-tight">
        <Trans>No such rollout</Trans>
      </h1>
      <p className="mt-2 text-ink-2">{because}</p>
      <Link to="/" className="mt-4 inline-block py-2 text-accent underline underline-offset-4">
        <Trans>Back to the overview</Trans>
      </Link>
    </main>
  );
}
