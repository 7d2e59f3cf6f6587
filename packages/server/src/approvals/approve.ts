/** Consents to exactly one digest, with a second factor; the last consent carries out what needs nothing more. */
import {
  type ApprovalView,
  type FactorProof,
  type Instant,
  isRefused,
  type OrRefused,
} from '@tuesday/protocol';
import { refuse } from '@tuesday/protocol';
import { countOf } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import { type Actor, provedBy } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import { type Context, notify } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { orUndo, transact } from '../db/transact.ts';
import type { Principal } from '../identity/principal.ts';
import { prove } from '../identity/prove.ts';
import { type Consenting, mayConsent } from './candidate.ts';
import { carryOut } from './carry-out.ts';
import { lockRequest, settle, type StoredRequest } from './requests.ts';
import { lockSubject } from './lock-subject.ts';
import { viewRequest } from './view.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config' | 'organisation' | 'fleet'>;

export interface Approving {
  /** What the person has read. */
  readonly digest: string;
  readonly factor: FactorProof;
  readonly onBehalfOf?: string | undefined;
}

/**
 * Everything else is held against the rules before the proof is looked at: a consent that is refused uses up no
 * proof. When what was consented to cannot be carried out, nothing stays, and the proof is as good as before.
 */
export async function approve(
  context: Parts,
  principal: Principal,
  approval: string,
  given: Approving,
): Promise<OrRefused<ApprovalView>> {
  return transact(context.db, async (trx): Promise<OrRefused<ApprovalView>> => {
    const at = context.clock.now();
    const locked = await lockSubject(trx, approval);
    if (isRefused(locked)) return locked;
    const request = await lockRequest(trx, approval);
    const who = await admit(trx, context, principal, request, given, at);
    if (isRefused(who)) return who;
    const purpose = `approve:${request.row.digest}`;
    const proved = await prove(trx, context, principal, given.factor, purpose);
    if (isRefused(proved)) return proved;
    const actor = provedBy(principal.actor, proved.factor);
    await record(trx, request, who, actor, at);
    const after = await lockRequest(trx, approval);
    if (countOf(after) >= after.needed) orUndo(await carryOut(trx, after, actor, at));
    return viewRequest(trx, context, await lockRequest(trx, approval), principal);
  });
}

/** Is it open, may this person, and is it still what they have read? */
async function admit(
  trx: Kysely<Database>,
  context: Parts,
  principal: Principal,
  request: StoredRequest,
  { digest, onBehalfOf }: Approving,
  at: Instant,
): Promise<OrRefused<Consenting>> {
  const { approval } = request.row;
  const before = request.row.voided_at;
  const state = await settle(trx, request, at);
  if (state === 'void' && before === null)
    return {
      refused: refuse(
        'digest-changed',
        `what approval ${approval} covers has changed since it was asked for; it is void`,
      ),
    };
  if (state !== 'open')
    return {
      refused: refuse(
        'approval-closed',
        state === 'approved'
          ? `approval ${approval} has all the consents that it needs`
          : `approval ${approval} is ${state}`,
      ),
    };
  const who = await mayConsent(trx, context, principal, request, onBehalfOf, at);
  if (isRefused(who)) return who;
  if (digest !== request.row.digest)
    return {
      refused: refuse(
        'digest-changed',
        `approval ${approval} is for another digest than the one that you read`,
        {
          field: 'digest',
        },
      ),
    };
  return who;
}

async function record(
  trx: Kysely<Database>,
  { row }: StoredRequest,
  { person, onBehalfOf }: Consenting,
  actor: Actor,
  at: Instant,
): Promise<void> {
  const { approval, subject, object, digest } = row;
  if (actor.factor === null) throw new TypeError('a consent has a second factor');
  await trx
    .insertInto('consents')
    .values({ approval, person, on_behalf_of: onBehalfOf, factor: actor.factor, at })
    .execute();
  if (subject === 'rollout' || subject === 'recall') await notify(trx, { kind: 'rollout', rollout: object });
  await appendAudit(trx, {
    at,
    actor,
    verb: 'approval.consent',
    object: `approval ${approval}`,
    because: `consents to ${subject} ${object}${onBehalfOf === null ? '' : `, for ${onBehalfOf}`}`,
    after: { subject, object, digest, person, onBehalfOf },
  });
}
