/** What everybody may know about a code: what it means and what to do, and in coarse words whether a fix is on its way. */
import { type DeclaredErrorCode, type Fix, type WrittenCode, writtenCodeSchema } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { readPolicy } from '../policy/policy.ts';
import { entryOf } from './view-code.ts';

export interface PublicCode {
  readonly code: string;
  readonly entry: DeclaredErrorCode | WrittenCode;
  readonly fix: Fix;
}

/**
 * @param code canonical
 * @returns undefined where the fleet explains no codes to everybody, and where nobody knows this one
 */
export async function supportCode(
  { db }: Pick<Context, 'db'>,
  code: string,
): Promise<PublicCode | undefined> {
  if (!(await readPolicy(db)).codes.supportPage) return undefined;
  const documented = await db
    .selectFrom('documented_codes')
    .select('entry')
    .where('code', '=', code)
    .orderBy('published_at', 'desc')
    .orderBy('release', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (documented) return { code, entry: entryOf(documented.entry), fix: await fixOf(db, code) };
  const stub = await db.selectFrom('code_stubs').select('entry').where('code', '=', code).executeTakeFirst();
  return stub?.entry ? { code, entry: writtenCodeSchema.parse(stub.entry), fix: 'looking' } : undefined;
}

/**
 * stopped: a rollout is halted or on its way back whose release can show the code as a failure. coming: one is under
 * way that leads from a release which documents the code to one that does not any more.
 */
async function fixOf(db: Kysely<Database>, code: string): Promise<Fix> {
  const { rows } = await sql<{ stopped: boolean; coming: boolean }>`
    SELECT EXISTS (
        SELECT FROM rollouts r JOIN documented_codes d ON d.release = r.release AND d.code = ${code}
        WHERE r.phase IN ('halted', 'recalling') AND d.entry ->> 'failsHealth' = 'true'
      ) AS stopped, EXISTS (
        SELECT FROM rollouts r JOIN documented_codes d ON d.release = r.way_back AND d.code = ${code}
        WHERE r.phase IN ('scheduled', 'soaking', 'watching')
          AND NOT EXISTS (SELECT FROM documented_codes n WHERE n.release = r.release AND n.code = ${code})
      ) AS coming`.execute(db);
  const [found] = rows;
  if (found?.stopped) return 'stopped';
  return found?.coming ? 'coming' : 'none';
}
