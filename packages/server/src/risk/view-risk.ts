/** The risk of starting a rollout now, or of a plan before it becomes one. */
import {
  type Instant,
  type OrRefused,
  type Plan,
  type Power,
  refuse,
  type ReleaseManifest,
  type RiskView,
} from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { readParityOf } from '../parity/read.ts';
import { readCalendar } from '../policy/policy.ts';
import type { RolloutRow } from '../rollouts/apply.ts';
import { checkPlan } from '../rollouts/check-plan.ts';
import { awayShare, powerOfStage } from '../trial/power.ts';
import { CONTEXT, riskFacts } from './facts.ts';

const DAY = 86_400_000;

export async function viewRisk(
  context: Pick<Context, 'db' | 'clock' | 'random'>,
  rollout: string,
): Promise<OrRefused<RiskView>> {
  const { db } = context;
  const row = await db.selectFrom('rollouts').selectAll().where('rollout', '=', rollout).executeTakeFirst();
  if (!row) return { refused: refuse('not-found', `there is no rollout ${rollout}`) };
  const now = context.clock.now();
  return riskOf(db, {
    plan: row.plan,
    ...(await measured(context, row, now)),
    rehearsed: row.rehearsal !== null,
    now,
    rollout,
  });
}

interface Measured {
  readonly devices: { all: number; first: number } | null;
  readonly power: Power;
}

/** A draft has no cohorts yet: they are drawn as they would be. */
async function measured(
  context: Pick<Context, 'db' | 'clock' | 'random'>,
  row: RolloutRow,
  now: Instant,
): Promise<Measured> {
  if (row.devices > 0)
    return {
      devices: { all: row.devices, first: row.stage_sizes[0] ?? 0 },
      power: powerOfStage(row, 0, await awayShare(context.db, context.db, row.plan, now)),
    };
  const checked = await checkPlan(context, row.plan);
  if ('refused' in checked)
    return { devices: null, power: { sees: null, because: `Unknown: ${checked.refused.because}.` } };
  return {
    devices: { all: checked.devices, first: checked.stages[0]?.size ?? 0 },
    power: checked.stages[0]?.power ?? { sees: null, because: 'The plan has no stage.' },
  };
}

export interface Weighed extends Measured {
  readonly plan: Plan;
  readonly rehearsed: boolean;
  readonly now: Instant;
  /** Left out of the open incidents; null for a plan that is no rollout yet. */
  readonly rollout: string | null;
}

export async function riskOf(
  db: Kysely<Database>,
  { plan, devices, power, rehearsed, now, rollout }: Weighed,
): Promise<RiskView> {
  const release = await manifestOf(db, plan.release);
  const facts = riskFacts({
    now,
    calendar: await readCalendar(db, now),
    plan,
    devices,
    power,
    release,
    wayBack: release?.wayBack === undefined ? null : await manifestOf(db, release.wayBack),
    incidents: await openIncidents(db, rollout),
    openReviews: await countOpenReviews(db),
    tickets: await countTickets(db, now),
    rehearsed,
    parity: release && (await readParityOf(db, release, now)),
  });
  return { facts, context: CONTEXT };
}

async function countOpenReviews(db: Kysely<Database>): Promise<number> {
  const { open } = await db
    .selectFrom('glasses')
    .select((of) => of.fn.countAll<number>().as('open'))
    .where('closed_at', 'is', null)
    .executeTakeFirstOrThrow();
  return open;
}

async function manifestOf(db: Kysely<Database>, version: string): Promise<ReleaseManifest | null> {
  const row = await db
    .selectFrom('releases')
    .select('manifest')
    .where('version', '=', version)
    .executeTakeFirst();
  return row?.manifest ?? null;
}

/** Halted ones that no later rollout has followed, and recalls that are not over. */
async function openIncidents(db: Kysely<Database>, rollout: string | null): Promise<string[]> {
  const { rows } = await sql<{ name: string; phase: string }>`
    SELECT name, phase FROM rollouts r
    WHERE r.rollout IS DISTINCT FROM ${rollout} AND (r.phase = 'recalling' OR (r.phase = 'halted' AND NOT EXISTS (
      SELECT 1 FROM rollouts later WHERE later.created_at > r.created_at
        AND later.phase IN ('scheduled', 'soaking', 'watching', 'completed'))))
    ORDER BY created_at DESC LIMIT 20`.execute(db);
  return rows.map(({ name, phase }) => `${name} is ${phase}`);
}

async function countTickets(
  db: Kysely<Database>,
  now: Instant,
): Promise<{ lastDay: number; dayBefore: number }> {
  const { rows } = await sql<{ lastDay: number; dayBefore: number }>`
    SELECT count(*) FILTER (WHERE at > ${now - DAY})::int AS "lastDay",
      count(*) FILTER (WHERE at <= ${now - DAY})::int AS "dayBefore"
    FROM tickets WHERE at > ${now - 2 * DAY}`.execute(db);
  return rows[0] ?? { lastDay: 0, dayBefore: 0 };
}
