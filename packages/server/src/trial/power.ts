/** What the stages of a plan can see, by the fleet's own noise. */
import { type Instant, type Plan, type Power, toMillis } from '@tuesday/protocol';
import { backgroundOf, powerOf, powerWords, silencesOf, type TrialLayout } from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { RolloutRow } from '../rollouts/apply.ts';

const HOUR = 3_600_000;
/** Where a fleet's own history says nothing yet. */
const TROUBLE_PER_DAY = 0.005;
/** A fleet that is away more than this is no measure of its usual noise. */
const AWAY_AT_MOST = 0.2;

/**
 * Share of the fleet that has been silent for longer than a plan allows, as a share that is away at any time.
 *
 * @param owner whoever keeps the answer between calls: the database handle of the context
 */
export async function awayShare(
  owner: object,
  db: Kysely<Database>,
  plan: Plan,
  now: Instant,
): Promise<number> {
  const known = kept.get(owner);
  if (known?.plan === plan.silentAfter && now >= known.at && now < known.at + KEPT_MILLIS) return known.share;
  const share = await readAwayShare(db, plan, now);
  kept.set(owner, { plan: plan.silentAfter, at: now, share });
  return share;
}

/** Counting a million contacts is no work for every look at a rollout, and the usual noise moves slowly. */
const KEPT_MILLIS = 60_000;
const kept = new WeakMap<object, { plan: string; at: Instant; share: number }>();

async function readAwayShare(db: Kysely<Database>, plan: Plan, now: Instant): Promise<number> {
  const silentAfter = toMillis(plan.silentAfter);
  const { rows } = await sql<{ silent: number; devices: number }>`
    SELECT count(*) FILTER (WHERE last_seen <= ${now - silentAfter} AND last_seen > ${now - 30 * 24 * HOUR})::int AS silent,
      count(*)::int AS devices FROM contacts`.execute(db);
  const { silent, devices } = rows[0] ?? { silent: 0, devices: 0 };
  const share = devices === 0 ? 0 : silent / devices;
  return Math.min(AWAY_AT_MOST, share * Math.sqrt(1 + (2 * silentAfter) / HOUR));
}

export function powerOfStage(row: RolloutRow, stage: number, away: number): Power {
  if (row.trial_layout === null)
    return { sees: null, because: 'Said when the rollout starts and its cohorts are fixed.' };
  return powerIn(row.trial_layout, row.plan, stage, away);
}

export function powerIn(layout: TrialLayout, plan: Plan, stage: number, away: number): Power {
  const [first, second, third] = silencesOf(toMillis(plan.silentAfter));
  const power = powerOf(
    layout,
    stage,
    backgroundOf({
      awayShare: away,
      troublePerDay: TROUBLE_PER_DAY,
      soakHours: toMillis(plan.stages[stage]?.soak ?? plan.watch) / HOUR,
      silenceHours: [first / HOUR, second / HOUR, third / HOUR],
    }),
  );
  return { sees: power.sees, because: powerWords(power) };
}
