/** Requests for consent as people see them. */
import {
  type ApprovalView,
  type Instant,
  isRefused,
  type OrRefused,
  refuse,
  type RolloutView,
} from '@tuesday/protocol';
import { countOf, requestWords } from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import type { Principal } from '../identity/principal.ts';
import { readPolicy } from '../policy/policy.ts';
import { mayConsent } from './candidate.ts';
import { stateNow, type StoredRequest, withConsents } from './requests.ts';

type Place = Pick<Context, 'organisation' | 'fleet' | 'clock'>;

/** As many closed requests as a screen shows. */
const CLOSED_SHOWN = 200;

export async function listApprovals(
  context: Place & Pick<Context, 'db'>,
  principal: Principal,
): Promise<{ approvals: ApprovalView[] }> {
  const { db } = context;
  const rows = await db
    .selectFrom('approval_requests')
    .selectAll()
    .orderBy(sql`coalesce(used_at, withdrawn_at, voided_at, expired_at) IS NOT NULL`)
    .orderBy('created_at', 'desc')
    .orderBy('approval')
    .limit(CLOSED_SHOWN)
    .execute();
  const views: ApprovalView[] = [];
  for (const row of rows) views.push(await viewRequest(db, context, await withConsents(db, row), principal));
  const isOpen = ({ state }: ApprovalView) => state === 'open' || state === 'approved';
  return { approvals: [...views.filter(isOpen), ...views.filter((view) => !isOpen(view))] };
}

export async function viewApproval(
  context: Place & Pick<Context, 'db'>,
  principal: Principal,
  approval: string,
): Promise<OrRefused<ApprovalView>> {
  const { db } = context;
  const row = await db
    .selectFrom('approval_requests')
    .selectAll()
    .where('approval', '=', approval)
    .executeTakeFirst();
  if (!row) return { refused: refuse('not-found', `there is no approval ${approval}`) };
  return viewRequest(db, context, await withConsents(db, row), principal);
}

/** @param principal who asks, so that the view can say why they cannot consent */
export async function viewRequest(
  db: Kysely<Database>,
  place: Place,
  request: StoredRequest,
  principal: Principal,
): Promise<ApprovalView> {
  const { row } = request;
  const now = place.clock.now();
  const state = await stateNow(db, request, now);
  const may = await mayConsent(db, place, principal, request, undefined, now);
  const closed = state === 'open' ? null : `The request is ${state}.`;
  return {
    approval: row.approval,
    subject: row.subject,
    object: row.object,
    digest: row.digest,
    covers: row.covers,
    words: row.words,
    author: row.requester,
    because: row.because,
    state,
    needed: row.needed,
    consents: request.consents.map(({ by, onBehalfOf, factor, at, withdrawnAt }) => ({
      by,
      onBehalfOf,
      factor,
      at,
      withdrawnAt,
    })),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    mayNot: closed ?? (isRefused(may) ? may.refused.because : null),
    purpose: `approve:${row.digest}`,
  };
}

/** The newest request about a rollout, for its own view. */
export async function approvalOf(
  db: Kysely<Database>,
  rollout: string,
  now: Instant,
): Promise<RolloutView['approval']> {
  const row = await db
    .selectFrom('approval_requests')
    .selectAll()
    .where('object', '=', rollout)
    .where('subject', 'in', ['rollout', 'recall'])
    .orderBy('created_at', 'desc')
    .orderBy(sql`coalesce(used_at, withdrawn_at, voided_at, expired_at) IS NOT NULL`)
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const request = await withConsents(db, row);
  const state = await stateNow(db, request, now);
  const { zone } = (await readPolicy(db)).calendar;
  return {
    approval: row.approval,
    state,
    have: countOf(request),
    needed: row.needed,
    because: requestWords(request, state, zone),
  };
}
