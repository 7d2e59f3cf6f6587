/** The log as it is shown, and the proof that nobody changed it. */
import type { AuditEntryView } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { type ChainedEntry, GENESIS, hashEntry } from './append.ts';

export async function listAudit(
  { db, organisation }: Pick<Context, 'db' | 'organisation'>,
  { after, limit }: { after: number; limit: number },
): Promise<{ entries: AuditEntryView[]; next: number | null }> {
  const entries = await readEntries(db, organisation, after, limit + 1);
  const shown = entries.slice(0, limit);
  return { entries: shown, next: entries.length > limit ? (shown.at(-1)?.seq ?? null) : null };
}

/** @returns the sequence number of the first entry that does not follow from the one before it, or null */
export function firstBroken(
  entries: readonly (ChainedEntry & { hash: string })[],
  previous = GENESIS,
): number | null {
  let expected = previous;
  let seq = entries[0]?.seq ?? 1;
  for (const entry of entries) {
    if (entry.seq !== seq++ || entry.previous !== expected || hashEntry(entry) !== entry.hash)
      return entry.seq;
    expected = entry.hash;
  }
  return null;
}

function readEntries(
  db: Kysely<Database>,
  organisation: string,
  after: number,
  limit: number,
): Promise<AuditEntryView[]> {
  return db
    .selectFrom('installation.audit_entries')
    .selectAll()
    .where('organisation', '=', organisation)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
}
