/** Approvers who are away let a named person consent for them, for a time. */
import { randomBytes } from 'node:crypto';
import { type Delegation, type OrRefused, refuse } from '@tuesday/protocol';
import type { RouteAnswer } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import type { Principal } from '../identity/principal.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'organisation' | 'fleet'>;
type Listed = RouteAnswer<'listDelegations'>;

export async function listDelegations({ db }: Pick<Context, 'db'>): Promise<Listed> {
  const rows = await db
    .selectFrom('delegations')
    .selectAll()
    .orderBy('until_at', 'desc')
    .limit(500)
    .execute();
  return {
    delegations: rows.map((row) => ({
      delegation: row.delegation,
      of: row.delegator,
      to: row.delegate,
      from: row.from_at,
      until: row.until_at,
      revokedAt: row.revoked_at,
    })),
  };
}

/** Only one's own consent can be lent, and a delegate has none of the approver's to lend on. */
export async function delegate(
  { db, clock, fleet, organisation }: Parts,
  { actor }: Principal,
  { to, from, until }: Delegation,
): Promise<OrRefused<Listed>> {
  const { person } = actor;
  const at = clock.now();
  if (person === null)
    return { refused: refuse('forbidden', `${actor.label} is a token of nobody and has no consent to lend`) };
  if (to === person) return { refused: refuse('bad-request', 'to: is yourself', { field: 'to' }) };
  if (until <= at) return { refused: refuse('bad-request', 'until: is in the past', { field: 'until' }) };
  return db.transaction().execute(async (trx): Promise<OrRefused<Listed>> => {
    if (!(await hasRole(trx, to, fleet, organisation)))
      return {
        refused: refuse('not-found', `there is no person ${to} with a role in this fleet`, { field: 'to' }),
      };
    const delegation = `d-${randomBytes(6).toString('hex')}`;
    const terms = { delegator: person, delegate: to, from_at: from, until_at: until };
    await trx
      .insertInto('delegations')
      .values({ delegation, ...terms, made_at: at })
      .execute();
    await appendAudit(trx, {
      at,
      actor,
      verb: 'delegation.make',
      object: `delegation ${delegation}`,
      because: `${to} consents for ${person}`,
      after: { of: person, to, from, until },
    });
    return listDelegations({ db: trx });
  });
}

/** By either of the two. */
export async function revokeDelegation(
  { db, clock }: Parts,
  { actor }: Principal,
  delegation: string,
): Promise<OrRefused<Listed>> {
  return db.transaction().execute(async (trx): Promise<OrRefused<Listed>> => {
    const row = await trx
      .selectFrom('delegations')
      .selectAll()
      .where('delegation', '=', delegation)
      .forUpdate()
      .executeTakeFirst();
    if (!row) return { refused: refuse('not-found', `there is no delegation ${delegation}`) };
    if (actor.person === null || (actor.person !== row.delegator && actor.person !== row.delegate))
      return {
        refused: refuse(
          'forbidden',
          `delegation ${delegation} is between ${row.delegator} and ${row.delegate}`,
        ),
      };
    if (row.revoked_at !== null) return listDelegations({ db: trx });
    const at = clock.now();
    await trx
      .updateTable('delegations')
      .set({ revoked_at: at })
      .where('delegation', '=', delegation)
      .execute();
    await appendAudit(trx, {
      at,
      actor,
      verb: 'delegation.revoke',
      object: `delegation ${delegation}`,
      because: `${row.delegate} no longer consents for ${row.delegator}`,
      before: { of: row.delegator, to: row.delegate, from: row.from_at, until: row.until_at },
    });
    return listDelegations({ db: trx });
  });
}

async function hasRole(
  db: Kysely<Database>,
  person: string,
  fleet: string,
  organisation: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('installation.roles as r')
    .innerJoin('installation.people as p', 'p.person', 'r.person')
    .select('r.person')
    .where('r.person', '=', person)
    .where('r.fleet', '=', fleet)
    .where('p.organisation', '=', organisation)
    .where('p.state', '=', 'active')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
