/** A halt that nobody answers goes to everybody, and again, a few times. */
import { isRefused, toMillis } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import { JUDGE } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { putNotice } from '../notices/put.ts';
import { readPolicy } from '../policy/policy.ts';
import { loadRollout } from '../rollouts/apply.ts';
import { rolloutNotice } from '../rollouts/tell.ts';
import { lastHalt } from './halts.ts';

/** The first, and so many reminders. */
const STEPS = 4;

type Parts = Pick<Context, 'db' | 'clock'>;

/** @returns the rollouts that people were told of now */
export async function escalateHalts({ db, clock }: Parts): Promise<string[]> {
  const told: string[] = [];
  for (const rollout of await unanswered(db)) {
    const isTold = await db.transaction().execute((trx) => escalate(trx, rollout, clock.now()));
    if (isTold) told.push(rollout);
  }
  return told;
}

/** Halted, not acknowledged, and not told of as often as it is going to be: halts of long ago cost nothing. */
async function unanswered(db: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<{ rollout: string }>`
    SELECT r.rollout FROM rollouts r, LATERAL (
      SELECT max(seq) AS seq FROM rollout_events e WHERE e.rollout = r.rollout AND e.event ->> 'kind' = 'halted'
    ) AS halt
    WHERE r.phase = 'halted'
      AND NOT EXISTS (SELECT FROM halt_acknowledgements a WHERE a.rollout = r.rollout AND a.seq = halt.seq)
      AND NOT EXISTS (SELECT FROM escalations s WHERE s.rollout = r.rollout
        AND s.what = 'halt ' || halt.seq || ' ' || ${sql.lit(STEPS)})
    ORDER BY r.created_at, r.rollout`.execute(db);
  return rows.map(({ rollout }) => rollout);
}

/** Locks the rollout first: whoever acknowledges it at the same moment comes before or after, never between. */
async function escalate(trx: Kysely<Database>, rollout: string, now: number): Promise<boolean> {
  const before = await lastHalt(trx, rollout);
  const { watch } = await readPolicy(trx);
  const after = toMillis(watch.escalateAfter);
  if (!before || before.by !== null || now < before.at + after) return false;
  // A server that was away says it once, not once for each time that it missed.
  const step = Math.min(STEPS, Math.floor((now - before.at) / after));
  if (await isSaid(trx, rollout, before.seq, step)) return false;
  const row = await loadRollout(trx, rollout);
  const halt = await lastHalt(trx, rollout);
  if (isRefused(row) || row.phase !== 'halted' || halt?.seq !== before.seq || halt.by !== null) return false;
  const first = await trx
    .insertInto('escalations')
    .values({ rollout, what: whatOf(halt.seq, step), at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('what')
    .executeTakeFirst();
  if (!first) return false;
  const minutes = Math.floor((now - halt.at) / 60_000);
  const because = `Nobody has acknowledged the halt for ${minutes} minutes.`;
  await putNotice(
    trx,
    now,
    rolloutNotice(row, 'halt-unacknowledged', 'has halted and nobody answers', [because, halt.because]),
  );
  await appendAudit(trx, {
    at: now,
    actor: JUDGE,
    verb: 'watch.escalate',
    object: `rollout ${rollout}`,
    because,
    after: { halt: halt.seq, step },
  });
  return true;
}

const whatOf = (seq: number, step: number) => `halt ${seq} ${step}`;

/** Also when a later one was: the clock may have been moved back. */
async function isSaid(db: Kysely<Database>, rollout: string, seq: number, step: number): Promise<boolean> {
  const steps = Array.from({ length: STEPS - step + 1 }, (_, later) => whatOf(seq, step + later));
  const said = await db
    .selectFrom('escalations')
    .select('what')
    .where('rollout', '=', rollout)
    .where('what', 'in', steps)
    .executeTakeFirst();
  return said !== undefined;
}
