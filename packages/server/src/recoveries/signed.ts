/** What people signed, by version and hardware: asked of the signed metadata, not of rows that a database can change. */
import { isRefused, type TargetCustom } from '@tuesday/protocol';
import type { SignedFacts } from '@tuesday/rollout';
import { targetsOf, verifyMetadata } from '@tuesday/trust';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { latest } from '../trust/metadata.ts';

export type SignedReleases = ReadonlyMap<string, SignedFacts>;

/** Empty when nothing verifies. */
export async function readSigned(db: Kysely<Database>): Promise<SignedReleases> {
  const root = await latest(db, 'root');
  const targets = await latest(db, 'targets');
  if (!root || !targets || isRefused(verifyMetadata(root.body, 'targets', targets.body))) return new Map();
  const found = new Map<string, Map<string, TargetCustom>>();
  for (const { custom } of targetsOf(targets.body)) {
    const facts = found.get(custom.version) ?? new Map<string, TargetCustom>();
    found.set(custom.version, facts.set(custom.hardware, custom));
  }
  return found;
}
