/** Asks for consent to start a rollout as it stands. */
import {
  type ApprovalView,
  type Instant,
  isRefused,
  type OrRefused,
  type Refusal,
  refuse,
} from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Principal } from '../identity/principal.ts';
import type { Actor } from '../audit/actor.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { readPolicy } from '../policy/policy.ts';
import { loadRollout } from '../rollouts/apply.ts';
import { askConsent } from './ask.ts';
import { coversNow } from './covers.ts';
import { needsConsent } from './needs-consent.ts';
import type { StoredRequest } from './requests.ts';
import { viewRequest } from './view.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'organisation' | 'fleet'>;

export async function requestApproval(
  context: Parts,
  principal: Principal,
  rollout: string,
  because = 'asked for consent',
): Promise<OrRefused<ApprovalView>> {
  const { db, clock } = context;
  return db.transaction().execute(async (trx): Promise<OrRefused<ApprovalView>> => {
    const request = await askStart(trx, principal.actor, rollout, because, clock.now());
    return isRefused(request) ? request : viewRequest(trx, context, request, principal);
  });
}

/**
 * After a start was refused for want of consent: puts the request into the inbox, and names it.
 *
 * @param refused what the start was told, kept when there is nothing to ask for any more
 */
export async function askInstead(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  rollout: string,
  because: string,
  refused: Refusal,
): Promise<Refusal> {
  const request = await db
    .transaction()
    .execute((trx) => askStart(trx, actor, rollout, because, clock.now()));
  return isRefused(request) ? refused : needsConsent(request, `starting ${rollout} needs another person`);
}

/** @param trx the transaction */
async function askStart(
  trx: Kysely<Database>,
  actor: Actor,
  rollout: string,
  because: string,
  at: Instant,
): Promise<OrRefused<StoredRequest>> {
  const row = await loadRollout(trx, rollout);
  if (isRefused(row)) return row;
  const covers = await coversNow(trx, 'rollout', rollout);
  if (isRefused(covers)) return covers;
  if ((await readPolicy(trx)).approvals.needed === 0)
    return {
      refused: refuse('wrong-phase', 'the policy asks for no consent', {
        try: `tuesday rollout start ${rollout}`,
      }),
    };
  const makers = [row.author_person, row.rehearsed_by];
  return askConsent(trx, { covers, object: rollout, actor, because, makers, at });
}
