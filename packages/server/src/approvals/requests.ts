/** Requests for consent as the database keeps them, and their end as it is seen. */
import type { Instant, RequestState, Subject } from '@tuesday/protocol';
import { isRefused } from '@tuesday/protocol';
import { type Request, stateOf } from '@tuesday/rollout';
import type { Kysely, Selectable } from 'kysely';
import { JUDGE } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Database } from '../db/schema.ts';
import type { ApprovalRequestsTable } from '../db/schema-consent.ts';
import { coversNow, digestOf } from './covers.ts';

type Row = Selectable<ApprovalRequestsTable>;
type StoredConsent = Request['consents'][number] & {
  readonly consent: number;
  readonly factor: 'totp' | 'recovery' | 'passkey';
};

export interface StoredRequest extends Request {
  readonly row: Row;
  readonly consents: readonly StoredConsent[];
}

/** Locks the request until the transaction ends; its subject is locked before it, everywhere. */
export async function lockRequest(db: Kysely<Database>, approval: string): Promise<StoredRequest> {
  const row = await db
    .selectFrom('approval_requests')
    .selectAll()
    .where('approval', '=', approval)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return withConsents(db, row);
}

export function liveRequests(db: Kysely<Database>) {
  return db
    .selectFrom('approval_requests')
    .selectAll()
    .where('expired_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .where('voided_at', 'is', null)
    .where('used_at', 'is', null);
}

/** The request about this that has not come to an end, locked. */
export async function lockLive(
  db: Kysely<Database>,
  subject: Subject,
  object: string,
): Promise<StoredRequest | undefined> {
  const row = await liveRequests(db)
    .where('subject', '=', subject)
    .where('object', '=', object)
    .forUpdate()
    .executeTakeFirst();
  return row && withConsents(db, row);
}

export async function withConsents(db: Kysely<Database>, row: Row): Promise<StoredRequest> {
  const consents = await db
    .selectFrom('consents')
    .leftJoin('installation.people as p', 'p.person', 'consents.person')
    .select(['consent', 'consents.person', 'on_behalf_of', 'factor', 'at', 'withdrawn_at', 'p.state'])
    .where('approval', '=', row.approval)
    .orderBy('consent')
    .execute();
  return {
    row,
    needed: row.needed,
    named: row.named,
    expiresAt: row.expires_at,
    expiredAt: row.expired_at,
    withdrawnAt: row.withdrawn_at,
    voidedAt: row.voided_at,
    usedAt: row.used_at,
    consents: consents.map((one) => ({
      consent: one.consent,
      by: one.person,
      onBehalfOf: one.on_behalf_of,
      factor: one.factor,
      at: one.at,
      withdrawnAt: one.withdrawn_at,
      gone: one.state !== 'active',
    })),
  };
}

/** The state now: a request is void as soon as what it covers has changed, whether or not that is written yet. */
export async function stateNow(
  db: Kysely<Database>,
  request: StoredRequest,
  now: Instant,
): Promise<RequestState> {
  const state = stateOf(request, now);
  if (state !== 'open' && state !== 'approved') return state;
  return (await isCurrent(db, request)) ? state : 'void';
}

async function isCurrent(db: Kysely<Database>, { row }: StoredRequest): Promise<boolean> {
  const covers = await coversNow(db, row.subject, row.object, row.covers);
  return !isRefused(covers) && digestOf(covers) === row.digest;
}

const VOID = 'what the request covers has changed since it was made';

/**
 * Writes the end of a request that has come to it. The caller holds the row.
 *
 * @returns the state now
 */
export async function settle(
  db: Kysely<Database>,
  request: StoredRequest,
  now: Instant,
): Promise<RequestState> {
  const state = await stateNow(db, request, now);
  const { row } = request;
  if (state === 'expired' && row.expired_at === null) {
    await db
      .updateTable('approval_requests')
      .set({ expired_at: now })
      .where('approval', '=', row.approval)
      .execute();
    await tell(db, row, now, 'approval.expire', 'the time in which it could be consented to is over');
  }
  if (state === 'void' && row.voided_at === null) await voidRequest(db, row, now, VOID);
  return state;
}

export async function voidRequest(
  db: Kysely<Database>,
  row: Row,
  now: Instant,
  because: string,
): Promise<void> {
  await db
    .updateTable('approval_requests')
    .set({ voided_at: now, void_because: because })
    .where('approval', '=', row.approval)
    .execute();
  await tell(db, row, now, 'approval.void', because);
}

function tell(db: Kysely<Database>, row: Row, at: Instant, verb: string, because: string): Promise<void> {
  const { approval, subject, object, digest } = row;
  return appendAudit(db, {
    at,
    actor: JUDGE,
    verb,
    object: `approval ${approval}`,
    because,
    before: { subject, object, digest },
  });
}

/**
 * Ends every request that has expired or whose subject has changed. One that somebody else holds is left: who
 * holds it looks at the same things.
 */
export async function settleAll(db: Kysely<Database>, now: Instant): Promise<void> {
  const rows = await liveRequests(db).orderBy('approval').forUpdate().skipLocked().execute();
  for (const row of rows) await settle(db, await withConsents(db, row), now);
}
