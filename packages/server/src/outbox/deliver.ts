/**
 * Takes effects out of the outbox under a lease, so that of many servers one delivers each. Notices have their own
 * way out (`notices/deliver.ts`): a slow channel must not hold up what devices wait for.
 */
import { type Kysely, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import type { Announcement } from './put.ts';

/** Delivers one announcement. Delivering it twice must do no harm. */
export type Deliver = (effect: Announcement) => Promise<void>;

const LEASE_SECONDS = 30;
const TAKEN = 20;
const LONGEST_WAIT_SECONDS = 300;

interface Taken {
  id: number;
  effect: Announcement;
  attempts: number;
}

/** @returns how many effects were delivered */
export async function deliverOnce(
  { db, random }: Pick<Context, 'db' | 'random'>,
  deliver: Deliver,
): Promise<number> {
  const taken = await take(db);
  let delivered = 0;
  for (const { id, effect, attempts } of taken) {
    try {
      await deliver(effect);
    } catch (cause) {
      await fail(db, id, attempts, waitSeconds(attempts, random), cause);
      continue;
    }
    await finish(db, id, attempts);
    delivered++;
  }
  return delivered;
}

async function take(db: Kysely<Database>): Promise<Taken[]> {
  const { rows } = await sql<Taken>`
    UPDATE outbox SET attempts = attempts + 1, lease_until = now() + make_interval(secs => ${sql.lit(LEASE_SECONDS)})
    WHERE id IN (
      SELECT id FROM outbox WHERE channel IS NULL AND done_at IS NULL AND lease_until <= now()
      ORDER BY id LIMIT ${sql.lit(TAKEN)} FOR UPDATE SKIP LOCKED
    ) RETURNING id, effect, attempts`.execute(db);
  return rows.sort((a, b) => a.id - b.id);
}

/** The number of attempts is the fence: who lost the lease in between changes nothing. */
async function finish(db: Kysely<Database>, id: number, attempts: number): Promise<void> {
  await sql`UPDATE outbox SET done_at = now(), failure = NULL WHERE id = ${id} AND attempts = ${attempts}`.execute(
    db,
  );
}

async function fail(
  db: Kysely<Database>,
  id: number,
  attempts: number,
  wait: number,
  cause: unknown,
): Promise<void> {
  const failure = cause instanceof Error ? cause.message : String(cause);
  await sql`UPDATE outbox SET failure = ${failure}, lease_until = now() + make_interval(secs => ${wait})
    WHERE id = ${id} AND attempts = ${attempts}`.execute(db);
}

/** Full jitter below a doubling bound. */
function waitSeconds(attempts: number, random: () => number): number {
  return random() * Math.min(LONGEST_WAIT_SECONDS, 2 ** Math.min(attempts, 16));
}
