/**
 * The hash-chained audit log: each entry holds the hash of the one before it. One chain for an organisation; what
 * an entry's hash covers stands in `@tuesday/trust`, because whoever verifies an export needs it without a server.
 */
import type { Instant } from '@tuesday/protocol';
import { type ChainedEntry, GENESIS, hashEntry } from '@tuesday/trust';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { Actor } from './actor.ts';

export interface AuditEntry {
  readonly at: Instant;
  readonly actor: Actor;
  /** What was done, for instance `rollout.halt`. */
  readonly verb: string;
  /** To what, for instance `rollout r-1`. */
  readonly object: string;
  readonly because: string;
  readonly before?: unknown;
  readonly after?: unknown;
  /** What it concerns; absent: the fleet whose tables the transaction sees. */
  readonly place?: Place;
}

export interface Place {
  readonly organisation: string;
  /** Null: the whole organisation. */
  readonly fleet: string | null;
}

/** Any number, the same for all servers. */
const LOCK = 7_205_761;

/**
 * Appends to the log in the caller's transaction. Call it last: until the transaction ends, nobody else appends.
 *
 * @param db the transaction
 */
export async function appendAudit(db: Kysely<Database>, entry: AuditEntry): Promise<void> {
  const { organisation, fleet } = entry.place ?? (await placeOf(db));
  // Each statement sees what was committed before it, so the entry before this one is seen after the lock.
  await sql`SELECT pg_advisory_xact_lock(${sql.lit(LOCK)}, hashtext(${organisation}))`.execute(db);
  const last = await db
    .selectFrom('installation.audit_entries')
    .select(['seq', 'hash'])
    .where('organisation', '=', organisation)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const { actor } = entry;
  const chained: ChainedEntry = {
    seq: (last?.seq ?? 0) + 1,
    at: entry.at,
    fleet,
    actor: text(actor.label),
    person: actor.person,
    origin: text(actor.origin),
    factor: actor.factor,
    verb: entry.verb,
    object: text(entry.object),
    because: text(entry.because),
    before: plain(entry.before),
    after: plain(entry.after),
    previous: last?.hash ?? GENESIS,
  };
  await db
    .insertInto('installation.audit_entries')
    .values({
      ...chained,
      organisation,
      factor: actor.factor,
      before: textOf(chained.before),
      after: textOf(chained.after),
      hash: hashEntry(chained),
    })
    .execute();
}

/** The fleet whose tables the connection sees. */
async function placeOf(db: Kysely<Database>): Promise<Place> {
  return db
    .selectFrom('installation.fleets')
    .select(['organisation', 'fleet'])
    .where('tables', '=', sql<string>`current_schema()`)
    .executeTakeFirstOrThrow();
}

function text(value: string): string {
  return JSON.parse(storable(JSON.stringify(value))) as string;
}

/** As it will be read back from the database. */
function plain(value: unknown): unknown {
  return value === undefined ? null : (JSON.parse(storable(JSON.stringify(value))) as unknown);
}

/**
 * PostgreSQL keeps neither U+0000 nor half a surrogate pair. Both come in with what people type; an entry that
 * was hashed with them would not be the one that is read back, and the chain would look broken.
 */
function storable(json: string): string {
  return json.replaceAll(/\\(?:\\|u(?:0000|d[89a-f][0-9a-f]{2}))/g, (found) =>
    found === '\\\\' ? found : '\ufffd',
  );
}

function textOf(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
