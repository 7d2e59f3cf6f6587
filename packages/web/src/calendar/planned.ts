/** Stages of rollouts that have opened or will open, by instant. */
import type { RolloutView } from '@tuesday/protocol';
import { call } from '../api.ts';
import { isOver } from '../rollouts/standing.ts';

export interface PlannedStage {
  rollout: string;
  name: string;
  /** Counted from 1. */
  stage: number;
  at: number;
  opened: boolean;
}

/** Drafts count from now; they say what a start would lead to. */
export async function askPlanned(): Promise<PlannedStage[]> {
  const { rollouts } = await call('listRollouts');
  const live = rollouts.filter(({ phase }) => !isOver(phase));
  const found = await Promise.all(
    live.map(async ({ rollout }) => {
      const view = await call('viewRollout', { params: { rollout } });
      return stagesOf(view, await openings(view));
    }),
  );
  return found.flat();
}

/** Nothing where the planner refuses the plan: the page about the rollout shows why. */
async function openings({ plan, events }: RolloutView): Promise<ReadonlyArray<number | null>> {
  const start = events.find(({ event }) => event.kind === 'started')?.at;
  const body = { plan, ...(start === undefined ? {} : { start }) };
  const calendar = await call('planCalendar', { body }).catch(() => undefined);
  return calendar?.stages.map(({ opensAt }) => opensAt) ?? [];
}

export function stagesOf(
  { rollout, name, stages }: Pick<RolloutView, 'rollout' | 'name' | 'stages'>,
  planned: ReadonlyArray<number | null>,
): PlannedStage[] {
  return stages.flatMap(({ stage, openedAt }) => {
    const at = openedAt ?? planned[stage] ?? null;
    return at === null ? [] : [{ rollout, name, stage: stage + 1, at, opened: openedAt !== null }];
  });
}
