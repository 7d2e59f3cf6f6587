/** What a release says about its codes enters the catalogue when it is published, and stays there as it was said. */
import { canonicalCode, type Instant, type ReleaseManifest } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';

/** @param db the transaction that publishes it */
export async function documentRelease(
  db: Kysely<Database>,
  { version, errorCodes }: Pick<ReleaseManifest, 'version' | 'errorCodes'>,
  at: Instant,
): Promise<void> {
  const codes = errorCodes.map(({ code }) => canonicalCode(code));
  const entries = errorCodes.map((entry) => JSON.stringify(entry));
  await sql`INSERT INTO documented_codes (code, release, published_at, entry)
    SELECT code, ${version}, ${at}::bigint, entry FROM unnest(${codes}::text[], ${entries}::jsonb[]) AS u (code, entry)
    ON CONFLICT DO NOTHING`.execute(db);
  await closeDocumented(db, at);
}

/**
 * Closes the stubs that a release documents by now: its own, and those that were opened while it was published.
 *
 * @param db the transaction
 */
export async function closeDocumented(db: Kysely<Database>, at: Instant): Promise<void> {
  await sql`WITH closed AS (
      UPDATE code_stubs s SET closed_at = ${at}::bigint, closed_by = (
        SELECT d.release FROM documented_codes d WHERE d.code = s.code ORDER BY d.published_at, d.release LIMIT 1
      )
      WHERE s.closed_at IS NULL AND EXISTS (SELECT FROM documented_codes d WHERE d.code = s.code)
      RETURNING s.code
    )
    DELETE FROM code_sightings g USING closed WHERE g.code = closed.code AND g.counted`.execute(db);
}
