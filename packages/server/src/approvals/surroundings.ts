/** What the words of a request need to know beside what the digest covers. */
import type { Instant } from '@tuesday/protocol';
import type { Covers, Surroundings } from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import { readCalendar } from '../policy/policy.ts';

export async function surroundings(
  db: Kysely<Database>,
  covers: Covers,
  now: Instant,
): Promise<Surroundings> {
  return {
    now,
    calendar: await readCalendar(db, now),
    devices: await countDevices(db, covers),
    last: covers.subject === 'rollout' ? await lastPlan(db, covers.rollout) : null,
  };
}

async function countDevices(db: Kysely<Database>, covers: Covers): Promise<number> {
  if (covers.subject === 'recall') {
    const { rows } = await sql<{ devices: number }>`SELECT count(*)::int AS devices FROM members
      WHERE rollout = ${covers.rollout} AND exposed AND NOT recalled
        AND state IN ('installed', 'proven', 'failed', 'silent')`.execute(db);
    return rows[0]?.devices ?? 0;
  }
  if (covers.subject !== 'rollout') return 1;
  const back = new Set(covers.wayBack.artifacts.map(({ hardware }) => hardware));
  const models = covers.release.artifacts.map(({ hardware }) => hardware).filter((model) => back.has(model));
  const { rows } = await sql<{ devices: number }>`SELECT count(*)::int AS devices FROM devices
    WHERE report IS NOT NULL AND held IS NULL AND hardware = ANY(${models}::text[])`.execute(db);
  return rows[0]?.devices ?? 0;
}

/** The newest plan that was started in this fleet before. */
async function lastPlan(db: Kysely<Database>, rollout: string): Promise<Surroundings['last']> {
  const row = await db
    .selectFrom('rollouts')
    .select(['rollout', 'plan'])
    .where('rollout', '<>', rollout)
    .where('phase', 'not in', ['draft', 'cancelled'])
    .orderBy('created_at', 'desc')
    .orderBy('rollout')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}
