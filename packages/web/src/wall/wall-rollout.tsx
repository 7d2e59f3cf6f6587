import { t } from '@lingui/core/macro';
import type { ReactNode } from 'react';
import { NextLook } from '../rollouts/next-look.tsx';
import { Numbers } from '../rollouts/numbers.tsx';
import { Saying } from '../rollouts/saying.tsx';
import { useLive } from '../rollouts/use-live.ts';
import { useSession } from '../session/context.ts';
import { Waiting } from '../ui/waiting.tsx';
import { WallStages } from './wall-stages.tsx';

/** @param fleet stands beside it */
export function WallRollout({ rollout, fleet }: { rollout: string; fleet: ReactNode }) {
  const { session, onAnchor } = useSession();
  const { view, refused } = useLive(rollout, onAnchor);
  if (!view)
    return (
      <div className="grid gap-4">
        <h1 className="text-4xl font-semibold tracking-tight">{rollout}</h1>
        {refused ? (
          <p>{refused.refusal.because}</p>
        ) : (
          <Waiting what={t`this rollout`} command={`tuesday rollout watch ${rollout}`} />
        )}
      </div>
    );
  return (
    <>
      <div className="grid min-w-0 gap-4">
        <div className="card">
          <Saying view={view} />
        </div>
        <WallStages view={view} anchor={session.anchor} zone={session.zone} />
      </div>
      <div className="grid min-w-0 gap-4">
        <div className="card p-6">
          <NextLook view={view} anchor={session.anchor} zone={session.zone} />
        </div>
        <Numbers view={view} brief />
        {fleet}
      </div>
    </>
  );
}
