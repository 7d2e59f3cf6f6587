/** What the last consent sets going by itself. A rollout waits for its start. */
import { type Instant, isRefused, type OrRefused } from '@tuesday/protocol';
import { type Covers, requestWords } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import type { Database } from '../db/schema.ts';
import { raiseHold } from '../fleet/raise-hold.ts';
import { readPolicy } from '../policy/policy.ts';
import { applyPolicy } from '../policy/set.ts';
import { apply, loadRollout } from '../rollouts/apply.ts';
import type { StoredRequest } from './requests.ts';

/**
 * @param db the transaction, which holds the subject and the request
 * @param actor whoever gave the last consent
 */
export async function carryOut(
  db: Kysely<Database>,
  request: StoredRequest,
  actor: Actor,
  at: Instant,
): Promise<OrRefused<{ ok: true }>> {
  const { row } = request;
  const covers = row.covers as unknown as Covers;
  if (covers.subject === 'rollout') return { ok: true };
  await db
    .updateTable('approval_requests')
    .set({ used_at: at })
    .where('approval', '=', row.approval)
    .execute();
  const { zone } = (await readPolicy(db)).calendar;
  const because = `${row.because} (asked by ${row.requester}, approval ${row.approval}: ${requestWords(request, 'approved', zone)})`;
  switch (covers.subject) {
    case 'policy':
      await applyPolicy(db, { ...covers, verb: 'policy.loosen', actor, because, at });
      return { ok: true };
    case 'unhold':
      return raiseHold(db, { device: covers.device, actor, because, at });
    case 'recall':
      return recall(db, covers.rollout, actor, because, at);
    default:
      return covers satisfies never;
  }
}

async function recall(
  db: Kysely<Database>,
  rollout: string,
  actor: Actor,
  because: string,
  at: Instant,
): Promise<OrRefused<{ ok: true }>> {
  const row = await loadRollout(db, rollout);
  if (isRefused(row)) return row;
  const done = await apply(db, row, {
    events: [{ kind: 'recall-started' }],
    at,
    actor,
    because: `Recalled with consent: ${because}`,
    verb: 'rollout.recall',
  });
  return isRefused(done) ? done : { ok: true };
}
