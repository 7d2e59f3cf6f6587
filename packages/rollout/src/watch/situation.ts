/** What the judge is told about the watch, and what it makes of it for the stage that is next. */
import type { DeviceHours, Instant, Plan, Roster } from '@tuesday/protocol';
import { type OpeningRule, soakOf } from '../calendar/index.ts';
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
  /** When devices take updates: a soak lasts until the last of them has had it. */
  readonly deviceHours?: DeviceHours | null;
}

export function heardFor({ acknowledged, away = [] }: WatchSituation, stage: number): Heard {
  return {
    away,
    acknowledged: acknowledged.map(({ person }) => person),
    standIns: acknowledged.filter(({ standsIn }) => standsIn === stage).map(({ person }) => person),
  };
}

/** When the soak would end of a stage that opens at `openAt`; null for the hold-out, which has no gate. */
export function soakEndIfOpened(
  plan: Plan,
  stage: number,
  openAt: Instant,
  deviceHours?: DeviceHours | null,
): Instant | null {
  return plan.stages[stage] ? openAt + soakOf(plan, stage, deviceHours) : null;
}

/** The rule for opening one stage of a plan, with what people have said about its rollout. */
export function watchRuleOf(watch: WatchSituation, plan: Plan, stage: number): WatchRule {
  const spanOf = (openAt: Instant) => soakEndIfOpened(plan, stage, openAt, watch.deviceHours);
  return watchRule(watch.roster, watch.rules, spanOf, heardFor(watch, stage));
}

/** The same for the planner, which takes whoever is on the roster at their word. */
export function plannedWatchRule(
  { roster, rules, deviceHours }: Pick<WatchSituation, 'roster' | 'rules' | 'deviceHours'>,
  plan: Plan,
  stage: number,
): OpeningRule {
  const spanOf = (openAt: Instant) => soakEndIfOpened(plan, stage, openAt, deviceHours);
  const rule = watchRule(roster, rules, spanOf, null);
  return {
    name: 'watch',
    nextFrom: (at) => rule.nextFrom(at),
    whyNot(at) {
      const why = rule.whyNot(at);
      return why === null ? null : why.slice(0, 1).toUpperCase() + why.slice(1);
    },
    whyNotAllDay(at) {
      const why = rule.whyNot(at);
      return why === null ? null : { sentence: this.whyNot(at) ?? why, short: why.replace(/\.$/, '') };
    },
  };
}
