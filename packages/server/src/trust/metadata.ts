/** The TUF metadata as the database keeps it, and how the online part is made anew. */
import type { Instant } from '@tuesday/protocol';
import { headOf, makeSnapshot, makeTimestamp, type MetadataText } from '@tuesday/trust';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import { openOnlineKey, type OnlineRole, type SealParts } from './seal.ts';

export interface StoredMetadata {
  readonly version: number;
  readonly body: MetadataText;
}

/** With the fleet's schema beside it. Held by whoever makes new metadata, until the transaction ends. */
const LOCK = 7_205_764;

/** @param db the transaction */
export async function lockTrust(db: Kysely<Database>): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${sql.lit(LOCK)}, hashtext(current_schema()))`.execute(db);
}

export function latest(db: Kysely<Database>, role: string): Promise<StoredMetadata | undefined> {
  return db
    .selectFrom('trust_metadata')
    .select(['version', 'body'])
    .where('role', '=', role)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export async function store(db: Kysely<Database>, role: string, body: MetadataText): Promise<void> {
  await db
    .insertInto('trust_metadata')
    .values({ role, version: headOf(body).version, body })
    .execute();
}

/** keyid → label for people. */
export async function labelsOf(db: Kysely<Database>): Promise<Record<string, string>> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', LABELS).executeTakeFirst();
  return (row?.value ?? {}) as Record<string, string>;
}

export const LABELS = 'trust-labels';

export function labelOf(labels: Record<string, string>, keyid: string): string {
  return labels[keyid] ?? keyid.slice(0, 12);
}

/**
 * New snapshot and timestamp over the newest targets. The caller holds `lockTrust`.
 *
 * @throws Error when the online keys cannot be opened
 */
export async function renewOnline(db: Kysely<Database>, parts: SealParts, now: Instant): Promise<void> {
  const targets = await latest(db, 'targets');
  if (!targets) throw new Error('there is no targets metadata');
  const before = await latest(db, 'snapshot');
  const signer = await onlineSigner(db, parts, 'snapshot');
  const snapshot = makeSnapshot(targets.body, { version: (before?.version ?? 0) + 1, now }, signer);
  await store(db, 'snapshot', snapshot);
  await renewTimestamp(db, parts, now, snapshot);
}

/** A new timestamp over this snapshot; older ones are never served again, so they go. */
export async function renewTimestamp(
  db: Kysely<Database>,
  parts: SealParts,
  now: Instant,
  snapshot: MetadataText,
): Promise<void> {
  const version = ((await latest(db, 'timestamp'))?.version ?? 0) + 1;
  const signer = await onlineSigner(db, parts, 'timestamp');
  await store(db, 'timestamp', makeTimestamp(snapshot, { version, now }, signer));
  await db
    .deleteFrom('trust_metadata')
    .where('role', '=', 'timestamp')
    .where('version', '<', version)
    .execute();
}

async function onlineSigner(db: Kysely<Database>, parts: SealParts, role: OnlineRole) {
  const { keyid, sealed } = await db
    .selectFrom('trust_online_keys')
    .select(['keyid', 'sealed'])
    .where('role', '=', role)
    .executeTakeFirstOrThrow();
  return openOnlineKey(parts, role, keyid, sealed);
}
