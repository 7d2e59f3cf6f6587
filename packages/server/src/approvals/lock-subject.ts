/** Locks what a request is about, before the request itself: everybody takes the two in this order. */
import { type OrRefused, refuse } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { lockPolicy } from '../policy/policy.ts';

/** @param db the transaction */
export async function lockSubject(db: Kysely<Database>, approval: string): Promise<OrRefused<{ ok: true }>> {
  const found = await db
    .selectFrom('approval_requests')
    .select(['subject', 'object'])
    .where('approval', '=', approval)
    .executeTakeFirst();
  if (!found) return { refused: refuse('not-found', `there is no approval ${approval}`) };
  const { subject, object } = found;
  if (subject === 'policy') await lockPolicy(db);
  else if (subject === 'unhold')
    await db.selectFrom('devices').select('device').where('device', '=', object).forUpdate().execute();
  else await db.selectFrom('rollouts').select('rollout').where('rollout', '=', object).forUpdate().execute();
  return { ok: true };
}
