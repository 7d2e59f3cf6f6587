/** What the planner asks of the watch: the fleet's own rules and roster, where somebody must watch. */
import { plannedWatchRule } from '@tuesday/rollout';
import type { Context } from '../context.ts';
import type { MoreRules } from '../policy/plan-calendar.ts';
import { readRoster } from './roster.ts';

/** A preset is held against no roster: it is a question about the calendar. */
export async function planRules(
  { db }: Pick<Context, 'db'>,
  { preset }: { readonly preset?: string | undefined },
): Promise<MoreRules | undefined> {
  if (preset !== undefined) return undefined;
  const roster = await readRoster(db);
  return ({ watch: rules, deviceHours }, plan) =>
    (stage) =>
      rules.required ? [plannedWatchRule({ roster, rules, deviceHours }, plan, stage)] : [];
}
