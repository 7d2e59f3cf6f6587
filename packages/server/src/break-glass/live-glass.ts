/** The broken glass that lets the next stage of a rollout open. */
import type { Instant } from '@tuesday/protocol';
import type { Glass } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { isSignedRecovery } from './signed-recovery.ts';

export interface LiveGlass extends Glass {
  readonly glass: string;
}

/**
 * The release is held against the signed metadata each time: a row that was tampered with opens nothing.
 *
 * @param db the transaction, which holds the rollout
 */
export async function liveGlass(
  db: Kysely<Database>,
  { rollout, release }: { readonly rollout: string; readonly release: string },
  now: Instant,
): Promise<LiveGlass | undefined> {
  const row = await db
    .selectFrom('glasses')
    .selectAll()
    .where('act', '=', 'window')
    .where('object', '=', rollout)
    .where('used_at', 'is', null)
    .where('expired_at', 'is', null)
    .executeTakeFirst();
  if (!row || now >= row.expires_at || !(await isSignedRecovery(db, release))) return undefined;
  const because = `${row.person} broke the glass: ${row.because}`;
  return { glass: row.glass, because, until: row.expires_at };
}

export async function useGlass(db: Kysely<Database>, glass: string, at: Instant): Promise<void> {
  await db.updateTable('glasses').set({ used_at: at }).where('glass', '=', glass).execute();
}
