/** Is a release signed as a recovery? Asked of the signed metadata, not of the row that anybody with the database can write. */
import { isRefused } from '@tuesday/protocol';
import { targetsOf, verifyMetadata } from '@tuesday/trust';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { latest } from '../trust/metadata.ts';

/** Every artifact of the version carries the mark, under signatures that root's threshold accepts. */
export async function isSignedRecovery(db: Kysely<Database>, version: string): Promise<boolean> {
  const root = await latest(db, 'root');
  const targets = await latest(db, 'targets');
  if (!root || !targets || isRefused(verifyMetadata(root.body, 'targets', targets.body))) return false;
  const own = targetsOf(targets.body).filter(({ custom }) => custom.version === version);
  return own.length > 0 && own.every(({ custom }) => custom.recovery === true);
}
