/** The hash-chained audit log: each entry holds the hash of the one before it. */
import { hash } from 'node:crypto';
import type { Instant } from '@tuesday/protocol';
import canonicalize from 'canonicalize';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';

export interface AuditEntry {
  readonly at: Instant;
  /** Label of an operator, or `judge`. */
  readonly actor: string;
  /** What was done, for instance `rollout.halt`. */
  readonly verb: string;
  /** To what, for instance `rollout r-1`. */
  readonly object: string;
  readonly because: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface ChainedEntry extends AuditEntry {
  readonly seq: number;
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
  // Each statement sees what was committed before it, so the entry before this one is seen after the lock.
  await sql`SELECT pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(db);
  const last = await db
    .selectFrom('audit_entries')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const chained: ChainedEntry = {
    ...entry,
    before: plain(entry.before),
    after: plain(entry.after),
    seq: (last?.seq ?? 0) + 1,
    previous: last?.hash ?? GENESIS,
  };
  await db
    .insertInto('audit_entries')
    .values({
      seq: chained.seq,
      at: chained.at,
      actor: chained.actor,
      verb: chained.verb,
      object: chained.object,
      because: chained.because,
      before: textOf(chained.before),
      after: textOf(chained.after),
      previous: chained.previous,
      hash: hashEntry(chained),
    })
    .execute();
}

/** SHA-256 of the canonical JSON (RFC 8785) of everything but the hash itself. */
export function hashEntry(entry: ChainedEntry): string {
  const { seq, at, actor, verb, object, because, before, after, previous } = entry;
  const text = canonicalize({ seq, at, actor, verb, object, because, before, after, previous });
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
