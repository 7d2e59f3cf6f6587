/**
 * The hash-chained audit log: each entry holds the hash of the one before it. One chain for an organisation; what
 * an entry's hash covers stands in `@tuesday/trust`, because whoever verifies an export needs it without a server.
 */
import { hash } from 'node:crypto';
import type { Instant } from '@tuesday/protocol';
import canonicalize from 'canonicalize';
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

/** An entry as its hash sees it. What is null is left out, so that entries of older versions keep their hash. */
export interface ChainedEntry {
  readonly seq: number;
  readonly at: number;
  readonly fleet: string | null;
  readonly actor: string;
  readonly person: string | null;
  readonly origin: string | null;
  readonly factor: string | null;
  readonly verb: string;
  readonly object: string;
  readonly because: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly previous: string;
}

/** What the first entry calls the one before it. */
export const GENESIS = '0'.repeat(64);

/** Any number, the same for all servers; others: 7_205_759 migrations, 7_205_760 sweep. */
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
    actor: actor.label,
    person: actor.person,
    origin: actor.origin,
    factor: actor.factor,
    verb: entry.verb,
    object: entry.object,
    because: entry.because,
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

/** SHA-256 of the canonical JSON (RFC 8785) of everything but the hash itself. */
export function hashEntry(entry: ChainedEntry): string {
  const { seq, at, fleet, actor, person, origin, factor, verb, object, because, before, after, previous } =
    entry;
  const text = canonicalize({
    seq,
    at,
    ...(fleet === null ? {} : { fleet }),
    actor,
    ...(person === null ? {} : { person }),
    ...(origin === null ? {} : { origin }),
    ...(factor === null ? {} : { factor }),
    verb,
    object,
    because,
    before,
    after,
    previous,
  });
  if (text === undefined) throw new TypeError('an audit entry has no canonical form');
  return hash('sha256', text, 'hex');
}

/** As it will be read back from the database. */
function plain(value: unknown): unknown {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown);
}

function textOf(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
