/** Ends all API tokens that a person made. */
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';

export async function revokeTokensOf(db: Kysely<Database>, now: number, person: string): Promise<void> {
  await db
    .updateTable('installation.tokens')
    .set({ revoked_at: now })
    .where('person', '=', person)
    .where('revoked_at', 'is', null)
    .execute();
}
