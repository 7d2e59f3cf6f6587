/** Asks for consent: one request for one thing at a time. */
import { randomBytes } from 'node:crypto';
import { type Instant, toMillis } from '@tuesday/protocol';
import { type Covers, coversWords } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import { notify } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { putNotice } from '../notices/put.ts';
import { readPolicy } from '../policy/policy.ts';
import { digestOf } from './covers.ts';
import { lockLive, settle, type StoredRequest, voidRequest, withConsents } from './requests.ts';
import { surroundings } from './surroundings.ts';

export interface Asking {
  readonly covers: Covers;
  /** Rollout or device id; `policy`. */
  readonly object: string;
  readonly actor: Actor;
  readonly because: string;
  /** People besides who asks that made a part of it. */
  readonly makers: readonly (string | null)[];
  readonly at: Instant;
}

/**
 * The request about this that is open, or a new one. An older one about something that has changed since is void.
 *
 * @param db the transaction, which holds the subject
 */
export async function askConsent(db: Kysely<Database>, asking: Asking): Promise<StoredRequest> {
  const { covers, object, at } = asking;
  const live = await lockLive(db, covers.subject, object);
  if (live) {
    const state = await settle(db, live, at);
    const isSame = live.row.digest === digestOf(covers);
    if (isSame && (state === 'open' || state === 'approved')) return live;
    // A policy that was proposed makes room for the one that is proposed now.
    if (state === 'open' || state === 'approved')
      await voidRequest(db, live.row, at, 'another request took its place');
  }
  return make(db, asking);
}

async function make(
  db: Kysely<Database>,
  { covers, object, actor, because, makers, at }: Asking,
): Promise<StoredRequest> {
  const { subject } = covers;
  const { approvals } = await readPolicy(db);
  const words = coversWords(covers, await surroundings(db, covers, at));
  const barred = [...new Set([actor.person, ...makers])].filter((person) => person !== null);
  const row = await db
    .insertInto('approval_requests')
    .values({
      approval: `a-${randomBytes(6).toString('hex')}`,
      subject,
      object,
      digest: digestOf(covers),
      covers: JSON.stringify(covers),
      words,
      requester: actor.label,
      requester_person: actor.person,
      barred,
      because,
      needed: approvals.needed,
      named: approvals.of,
      created_at: at,
      expires_at: at + toMillis(approvals.expireAfter),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await putNotice(db, at, {
    kind: 'approval-wanted',
    title: `${actor.label} asks for consent: ${words[0] ?? subject}`,
    lines: [...words, `Because: ${because}`],
    path: `/approvals/${row.approval}`,
    about: `approval ${row.approval}`,
  });
  if (subject === 'rollout' || subject === 'recall') await notify(db, { kind: 'rollout', rollout: object });
  await appendAudit(db, {
    at,
    actor,
    verb: 'approval.request',
    object: `approval ${row.approval}`,
    because,
    after: { subject, object, digest: row.digest, needed: row.needed, barred },
  });
  return withConsents(db, row);
}
