import type { ReleaseManifest } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';

/** @returns undefined when there is no such release, or when it is not published */
export async function publishedManifest(
  db: Kysely<Database>,
  version: string,
): Promise<ReleaseManifest | undefined> {
  const row = await db
    .selectFrom('releases')
    .select('manifest')
    .where('version', '=', version)
    .where('state', '=', 'published')
    .executeTakeFirst();
  return row?.manifest;
}
