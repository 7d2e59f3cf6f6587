/** The deltas that lead to a release, as operators see them. */
import type { ReleaseView } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';

type DeltaView = NonNullable<ReleaseView['deltas']>[number];

/** By the digest of the artifact that they make. */
export async function deltasTo(
  db: Kysely<Database>,
  digests: readonly string[],
): Promise<ReadonlyMap<string, DeltaView[]>> {
  const found = new Map<string, DeltaView[]>();
  if (digests.length === 0) return found;
  const rows = await db
    .selectFrom('deltas')
    .select(['to_sha256', 'hardware', 'from_version', 'state', 'size', 'because'])
    .where('to_sha256', 'in', digests)
    .orderBy('hardware')
    .orderBy('from_version')
    .execute();
  for (const { to_sha256: to, hardware, from_version: from, state, size, because } of rows) {
    const view = { hardware, from, state, size, ...(because === '' ? {} : { because }) };
    found.set(to, [...(found.get(to) ?? []), view]);
  }
  return found;
}
