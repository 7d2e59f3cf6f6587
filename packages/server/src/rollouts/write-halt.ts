/** Brings a halt from the stop board into the database, once, however often it is tried. */
import { isRefused, type OrRefused, wallClock } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { apply, loadRollout, type RolloutRow } from './apply.ts';
import type { Halt } from './stop-board.ts';

type Parts = Pick<Context, 'urgent' | 'stops'>;

/** Real time that a halt waits for a row that somebody else holds; it is tried again. */
const LIMITS = `SET LOCAL lock_timeout = '500ms'; SET LOCAL statement_timeout = '2s'`;
/** Real milliseconds for which a report that was judged before the halt may still be on its way. */
const UNDER_WAY = 600_000;

/**
 * @returns the sentence of the halt that holds, or why the rollout cannot be halted; either ends the waiting
 * @throws Error when the database does not answer in time: the halt goes on waiting
 */
export async function writeHalt(
  { urgent, stops }: Parts,
  halt: Halt,
): Promise<OrRefused<{ because: string }>> {
  const done = await urgent.transaction().execute(async (trx): Promise<OrRefused<{ because: string }>> => {
    await sql.raw(LIMITS).execute(trx);
    const row = await loadRollout(trx, halt.rollout);
    if (isRefused(row)) return row;
    if (row.phase === 'halted' || (await wasWritten(trx, row, halt))) {
      await noteAgain(trx, row, halt);
      return { because: row.because };
    }
    const { at, actor, because } = halt;
    return apply(trx, row, { events: [{ kind: 'halted' }], at, actor, because, verb: 'rollout.halt' });
  });
  stops.settle(halt, isRefused(done) ? undefined : { because: done.because, since: wallClock().now() });
  return done;
}

/** Written before, and the rollout has moved on since: a halt that is tried again must not stop it again. */
async function wasWritten(db: Kysely<Database>, row: RolloutRow, halt: Halt): Promise<boolean> {
  const later = await db
    .selectFrom('rollout_events')
    .select('seq')
    .where('rollout', '=', row.rollout)
    .where('at', '>=', halt.at)
    .where(sql<string>`event ->> 'kind'`, '=', 'halted')
    .executeTakeFirst();
  return later !== undefined;
}

/** Whoever pressed stands in the log, also when somebody else was first; trying again adds nothing. */
async function noteAgain(db: Kysely<Database>, row: RolloutRow, { actor, at, because }: Halt): Promise<void> {
  const object = `rollout ${row.rollout}`;
  const noted = await db
    .selectFrom('installation.audit_entries as a')
    .innerJoin('installation.fleets as f', 'f.organisation', 'a.organisation')
    .select('a.seq')
    .where('f.tables', '=', sql<string>`current_schema()`)
    .where('a.at', '=', at)
    .where('a.actor', '=', actor.label)
    .where('a.object', '=', object)
    .where('a.verb', 'in', ['rollout.halt', 'rollout.halt-again'])
    .executeTakeFirst();
  if (noted) return;
  const after = { phase: row.phase, because: row.because };
  await appendAudit(db, { at, actor, verb: 'rollout.halt-again', object, because, after });
}

/** Tries every halt that the database does not have yet, and lets go of those that it says enough about. */
export async function settleHalts(context: Parts & Pick<Context, 'log'>): Promise<void> {
  const { urgent, stops, log } = context;
  for (const halt of stops.waiting())
    await writeHalt(context, halt).catch((err: unknown) =>
      log.warn({ err, rollout: halt.rollout }, 'the database does not have a halt yet; tried again'),
    );
  const known = stops.known();
  if (known.length === 0) return;
  const halted = await urgent
    .selectFrom('rollouts')
    .select('rollout')
    .where('phase', '=', 'halted')
    .where(
      'rollout',
      'in',
      known.map(({ rollout }) => rollout),
    )
    .execute();
  const now = wallClock().now();
  for (const { rollout, since } of known)
    if (now - since > UNDER_WAY || !halted.some((row) => row.rollout === rollout)) stops.forget(rollout);
}
