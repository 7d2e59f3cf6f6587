/** What the judge is told about the watch, and what it makes of it for the stage that is next. */
import { type Instant, type Plan, type Roster, toMillis } from '@tuesday/protocol';
import type { WatchRules } from './needs.ts';
import { type Heard, type WatchRule, watchRule } from './rule.ts';

export interface Acknowledgement {
  readonly person: string;
  readonly at: Instant;
  /** Stage for which this person watches although it is not their shift; null: only in their own shifts. */
  readonly standsIn: number | null;
}

export interface WatchSituation {
  readonly rollout: string;
  readonly rules: WatchRules;
  readonly roster: Roster;
  readonly acknowledged: readonly Acknowledgement[];
  /** On the roster, but unable to answer. */
  readonly away?: readonly string[];
}

export function heardFor({ acknowledged, away = [] }: WatchSituation, stage: number): Heard {
  return {
    away,
    acknowledged: acknowledged.map(({ person }) => person),
    standIns: acknowledged.filter(({ standsIn }) => standsIn === stage).map(({ person }) => person),
  };
}

/** When the soak would end of a stage that opens at `openAt`; null for the hold-out, which has no gate. */
export function soakEndIfOpened(plan: Plan, stage: number, openAt: Instant): Instant | null {
  const described = plan.stages[stage];
  return described ? openAt + toMillis(described.pace) + toMillis(described.soak) : null;
}

/** The rule for opening one stage of a plan, with what people have said about its rollout. */
export function watchRuleOf(watch: WatchSituation, plan: Plan, stage: number): WatchRule {
  const spanOf = (openAt: Instant) => soakEndIfOpened(plan, stage, openAt);
  return watchRule(watch.roster, watch.rules, spanOf, heardFor(watch, stage));
}
