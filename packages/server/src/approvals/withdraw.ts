/** Takes back one's own consent before it is used, or the request that one made. */
import { type ApprovalView, isRefused, type OrRefused, refuse } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import { type Context, notify } from '../context.ts';
import type { Database } from '../db/schema.ts';
import type { Principal } from '../identity/principal.ts';
import { lockSubject } from './lock-subject.ts';
import { lockRequest, settle, type StoredRequest } from './requests.ts';
import { viewRequest } from './view.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'organisation' | 'fleet'>;

export async function withdrawConsent(
  context: Parts,
  principal: Principal,
  approval: string,
  because: string,
): Promise<OrRefused<ApprovalView>> {
  const { db, clock, organisation } = context;
  return db.transaction().execute(async (trx): Promise<OrRefused<ApprovalView>> => {
    const at = clock.now();
    if (principal.organisation !== organisation || principal.roles.length === 0)
      return { refused: refuse('forbidden', `${principal.actor.label} has no role in this fleet`) };
    const locked = await lockSubject(trx, approval);
    if (isRefused(locked)) return locked;
    const request = await lockRequest(trx, approval);
    const state = await settle(trx, request, at);
    if (state !== 'open' && state !== 'approved')
      return { refused: refuse('approval-closed', `approval ${approval} is ${state}`) };
    const what = await takeBack(trx, request, principal.actor, at);
    if (isRefused(what)) return what;
    const { subject, object, digest } = request.row;
    if (subject === 'rollout' || subject === 'recall')
      await notify(trx, { kind: 'rollout', rollout: object });
    await appendAudit(trx, {
      at,
      actor: principal.actor,
      verb: what.verb,
      object: `approval ${approval}`,
      because,
      before: { subject, object, digest, ...what.before },
    });
    return viewRequest(trx, context, await lockRequest(trx, approval), principal);
  });
}

async function takeBack(
  trx: Kysely<Database>,
  { row, consents }: StoredRequest,
  actor: Actor,
  at: number,
): Promise<OrRefused<{ verb: string; before: object }>> {
  const own = consents.find(
    ({ by, onBehalfOf, withdrawnAt }) =>
      withdrawnAt === null && actor.person !== null && (by === actor.person || onBehalfOf === actor.person),
  );
  if (own) {
    await trx.updateTable('consents').set({ withdrawn_at: at }).where('consent', '=', own.consent).execute();
    return { verb: 'approval.withdraw-consent', before: { person: own.by, onBehalfOf: own.onBehalfOf } };
  }
  if (!isRequester(row, actor))
    return {
      refused: refuse(
        'forbidden',
        `${actor.label} has neither consented to approval ${row.approval} nor asked for it`,
      ),
    };
  await trx
    .updateTable('approval_requests')
    .set({ withdrawn_at: at })
    .where('approval', '=', row.approval)
    .execute();
  return { verb: 'approval.withdraw', before: {} };
}

/** A person by name, whichever account or token they come with; a token of nobody by its label. */
function isRequester({ requester, requester_person, barred }: StoredRequest['row'], actor: Actor): boolean {
  if (actor.person !== null) return barred.includes(actor.person);
  return requester_person === null && requester === actor.label;
}
