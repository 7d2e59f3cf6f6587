/**
 * Does the policy let a rollout start now? Nothing starts when nobody is there to watch: outside the window a start
 * is refused with the earliest time, unless it is meant to wait for that, or the glass was broken for it.
 */
import { type Instant, refuse, type Refusal } from '@tuesday/protocol';
import { openness, stageRules, when } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import { liveGlass } from '../break-glass/live-glass.ts';
import type { Database } from '../db/schema.ts';
import { readCalendar } from '../policy/policy.ts';
import type { RolloutRow } from './apply.ts';

/** @returns undefined when the first stage may open now */
export async function startableNow(
  db: Kysely<Database>,
  { rollout, release, plan }: Pick<RolloutRow, 'rollout' | 'release' | 'plan'>,
  at: Instant,
): Promise<Refusal | undefined> {
  const calendar = await readCalendar(db, at);
  const { open, because, nextOpening } = openness(stageRules(calendar, plan, 0), calendar.zone, at);
  if (open || (await liveGlass(db, { rollout, release }, at))) return undefined;
  const everybody = plan.stages.length === 1 ? ' One stage would take everybody at once.' : '';
  return refuse('outside-window', `${because}${everybody}`, {
    try:
      nextOpening === null
        ? 'tuesday policy view shows windows and freezes'
        : `start it ${when(nextOpening, calendar.zone)}, or now with tuesday rollout start ${rollout} --schedule: it waits for the window then`,
  });
}
