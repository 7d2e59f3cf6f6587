/** Holds a start against the policy: uses up an approved request, or a broken glass, or says what is missing. */
import { type Instant, type OrRefused, refuse } from '@tuesday/protocol';
import { countOf, requestWords } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import { liveGlass } from '../break-glass/live-glass.ts';
import type { Database } from '../db/schema.ts';
import { readPolicy } from '../policy/policy.ts';
import type { RolloutRow } from '../rollouts/apply.ts';
import { lockLive, stateNow } from './requests.ts';

/**
 * Writes no audit entry: the start has one, with the words that are returned.
 *
 * @param db the transaction of the start, which holds the rollout
 */
export async function spendConsent(
  db: Kysely<Database>,
  row: RolloutRow,
  now: Instant,
): Promise<OrRefused<{ words: string }>> {
  const { approvals, calendar } = await readPolicy(db);
  if (approvals.needed === 0) return { words: 'The policy asks for no consent.' };
  const glass = await liveGlass(db, row, now);
  if (glass) return { words: `Without consent: ${glass.because}` };
  const request = await lockLive(db, 'rollout', row.rollout);
  const state = request && (await stateNow(db, request, now));
  if (!request || state !== 'approved') {
    const have = request && state === 'open' ? countOf(request) : 0;
    return {
      refused: refuse(
        'approval-needed',
        `starting ${row.rollout} needs the consent of ${approvals.needed} other ${approvals.needed === 1 ? 'person' : 'people'}, and ${have} of ${approvals.needed} are there`,
      ),
    };
  }
  await db
    .updateTable('approval_requests')
    .set({ used_at: now })
    .where('approval', '=', request.row.approval)
    .execute();
  const words = requestWords(request, 'approved', calendar.zone);
  return { words: `Approval ${request.row.approval}, digest ${request.row.digest}: ${words}` };
}
