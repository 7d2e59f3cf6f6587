/** What the next stage of a rollout needs of the watch, and what is missing. */
import type { Calendar, Instant, Plan } from '@tuesday/protocol';
import {
  gapsIn,
  heardFor,
  type Interval,
  nextOpening,
  peopleIn,
  presentIn,
  type RolloutState,
  shiftsOf,
  soakEndIfOpened,
  soakEndOf,
  stageRules,
  watchNeeds,
  watchRuleOf,
  type WatchSituation,
} from '@tuesday/rollout';

export interface Wanted {
  readonly stage: number;
  /** When the stage would open at the earliest, if the watch lets it. */
  readonly opensAt: Instant;
  readonly needs: readonly Interval[];
  readonly gaps: readonly Interval[];
  /** Everybody on watch in those hours. */
  readonly people: readonly string[];
  /** Why it could not open then, as the end of a sentence; null when nothing is missing. */
  readonly why: string | null;
}

interface Given {
  readonly state: RolloutState;
  readonly plan: Plan;
  readonly calendar: Calendar;
  readonly watch: WatchSituation;
  readonly now: Instant;
}

/** @returns undefined where no stage follows, or no opening comes */
export function wantedFor({ state, plan, calendar, watch, now }: Given): Wanted | undefined {
  const stage = nextStage(state, plan);
  if (stage === undefined) return undefined;
  const soaked =
    state.phase === 'soaking' && state.stage !== null
      ? soakEndOf({ state, plan, deviceHours: watch.deviceHours ?? null }, state.stage)
      : null;
  const opensAt = nextOpening(stageRules(calendar, plan, stage), Math.max(now, soaked ?? now));
  if (opensAt === null) return undefined;
  const needs = watchNeeds(
    { ...watch.rules, required: true },
    opensAt,
    soakEndIfOpened(plan, stage, opensAt, watch.deviceHours),
  );
  const heard = heardFor(watch, stage);
  const shifts = presentIn(shiftsOf(watch.roster, opensAt, needs.at(-1)?.until ?? opensAt), heard);
  return {
    stage,
    opensAt,
    needs,
    gaps: gapsIn(shifts, needs),
    people: peopleIn(shifts, needs),
    why: watchRuleOf(watch, plan, stage).whyNot(opensAt),
  };
}

/** The one after the last is the hold-out. */
function nextStage({ phase, stage }: RolloutState, plan: Plan): number | undefined {
  if (phase !== 'draft' && phase !== 'scheduled' && phase !== 'soaking') return undefined;
  const next = stage === null ? 0 : stage + 1;
  return next <= plan.stages.length ? next : undefined;
}
