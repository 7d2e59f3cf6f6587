/** The release of a plan, if it can be rolled out at all. */
import { type OrRefused, type Plan, refuse, type ReleaseManifest } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { type Terms, termsOf } from './eligible.ts';

export interface Deployable extends Terms {
  readonly wayBack: string;
}

export async function knownRelease(db: Kysely<Database>, plan: Plan): Promise<OrRefused<Deployable>> {
  const field = { field: 'release' };
  const row = await load(db, plan.release);
  if (!row) return { refused: refuse('not-found', `there is no release ${plan.release}`, field) };
  if (!row.published)
    return { refused: refuse('release-not-published', `release ${plan.release} is a draft`, field) };
  const { wayBack } = row.manifest;
  const back = wayBack === undefined ? undefined : await load(db, wayBack);
  if (wayBack === undefined || !back?.published)
    return { refused: refuse('no-way-back', `release ${plan.release} carries no signed way back`, field) };
  return { ...termsOf(row.manifest, back.manifest), wayBack };
}

async function load(
  db: Kysely<Database>,
  version: string,
): Promise<{ manifest: ReleaseManifest; published: boolean } | undefined> {
  const row = await db
    .selectFrom('releases')
    .select(['manifest', 'state'])
    .where('version', '=', version)
    .executeTakeFirst();
  return row && { manifest: row.manifest, published: row.state === 'published' };
}

export function noDevices(release: string) {
  return refuse('no-devices', `no device that has reported can take release ${release} and go back`);
}
