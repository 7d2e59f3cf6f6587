/**
 * Signs how far a log has come, so that what was there cannot be changed or cut off later: at the latest an hour
 * after an entry, every 1,000 entries, and at each export. What follows the checkpoint before is verified first:
 * the installation does not put its name to a log that is broken.
 */
import { type Checkpoint, type KeyPair, signStatement } from '@tuesday/trust';
import { type Kysely, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { lastCheckpoint } from './checkpoints.ts';
import { auditKey } from './key.ts';
import { firstBrokenAfter, headOfLog, type Mark } from './read.ts';

/** Any number, the same for all servers. Held by whoever signs, until the transaction ends. */
const LOCK = 7_205_764;

/** The clock's milliseconds. */
const LATEST = 3_600_000;
const MOST_ENTRIES = 1_000;

type Parts = Pick<Context, 'db' | 'clock' | 'config'>;

/** `broken` with the first entry that does not follow from the one before it. */
export type Checkpointed = { kind: 'nothing' } | { kind: 'signed' } | { kind: 'broken'; entry: number };

/** @param when `due`: only when an hour or 1,000 entries have passed; `now`: whenever an entry is not covered */
export async function checkpointAudit(
  { db, clock, config }: Parts,
  organisation: string,
  when: 'due' | 'now',
): Promise<Checkpointed> {
  const isWanted = async (handle: Kysely<Database>, last: Mark, head: Mark) =>
    head.seq > last.seq && (when === 'now' || (await isDue(handle, organisation, last, head, clock.now())));
  if (!(await isWanted(db, await lastCheckpoint(db, organisation), await headOfLog(db, organisation))))
    return { kind: 'nothing' };
  return db.transaction().execute(async (trx): Promise<Checkpointed> => {
    await sql`SELECT pg_advisory_xact_lock(${sql.lit(LOCK)}, hashtext(${organisation}))`.execute(trx);
    // Another server may have signed while this one waited.
    const last = await lastCheckpoint(trx, organisation);
    const head = await headOfLog(trx, organisation);
    if (!(await isWanted(trx, last, head))) return { kind: 'nothing' };
    const entry = await firstBrokenAfter(trx, organisation, last, head);
    if (entry !== null) return { kind: 'broken', entry };
    await sign(trx, auditKey(config), { organisation, number: last.number + 1, ...head, at: clock.now() });
    return { kind: 'signed' };
  });
}

async function sign(db: Kysely<Database>, key: KeyPair, about: Omit<Checkpoint, 'keyid'>): Promise<void> {
  const checkpoint = { ...about, keyid: key.keyid };
  const sig = signStatement({ checkpoint }, key);
  await db
    .insertInto('installation.audit_checkpoints')
    .values({ ...checkpoint, public_key: key.public.keyval.public, sig })
    .execute();
}

async function isDue(
  db: Kysely<Database>,
  organisation: string,
  last: Mark,
  head: Mark,
  now: number,
): Promise<boolean> {
  if (head.seq - last.seq >= MOST_ENTRIES) return true;
  const first = await db
    .selectFrom('installation.audit_entries')
    .select('at')
    .where('organisation', '=', organisation)
    .where('seq', '>', last.seq)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  // A clock that was moved back must not put it off.
  return first !== undefined && (now - first.at >= LATEST || now < first.at);
}
