/** Who wants to consent, as the pure rule needs to know them. */
import { isAllowed, type OrRefused, refuse, type Refusal } from '@tuesday/protocol';
import { type ConsentCase, mayNotConsent } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import type { Principal } from '../identity/principal.ts';
import type { StoredRequest } from './requests.ts';

export interface Consenting {
  readonly person: string;
  readonly onBehalfOf: string | null;
}

/**
 * @param onBehalfOf the approver who has delegated
 * @returns the names that the consent takes, or why there is none
 */
export async function mayConsent(
  db: Kysely<Database>,
  place: Pick<Context, 'organisation' | 'fleet'>,
  principal: Principal,
  request: StoredRequest,
  onBehalfOf: string | undefined,
  now: number,
): Promise<OrRefused<Consenting>> {
  const { actor, roles } = principal;
  const outside = unfit(place, principal, onBehalfOf !== undefined);
  if (outside) return { refused: outside };
  const person = actor.person ?? '';
  const approver = onBehalfOf === undefined ? null : await delegator(db, place, onBehalfOf, person);
  const refused = mayNotConsent({
    subject: request.row.subject,
    person: { person, roles },
    onBehalfOf: approver,
    barred: request.row.barred,
    named: request.row.named,
    consents: request.consents,
    now,
  });
  return refused ? { refused } : { person, onBehalfOf: approver?.person ?? null };
}

function unfit(
  { organisation }: Pick<Context, 'organisation'>,
  { actor, roles, token, ...principal }: Principal,
  delegated: boolean,
): Refusal | undefined {
  if (actor.person === null)
    return refuse('forbidden', `${actor.label} is a token of nobody; a named person consents`);
  if (principal.organisation !== organisation || roles.length === 0)
    return refuse('forbidden', `${actor.label} has no role in this fleet`);
  if (delegated && token !== null && !isAllowed(roles, 'approve'))
    return refuse('forbidden', `the token of ${actor.label} is not for consenting`, {
      try: 'sign in, or use a token with the role approver',
    });
  return undefined;
}

/** Somebody who has left has no roles here, and so no delegate either. */
async function delegator(
  db: Kysely<Database>,
  { fleet, organisation }: Pick<Context, 'organisation' | 'fleet'>,
  person: string,
  delegate: string,
): Promise<NonNullable<ConsentCase['onBehalfOf']>> {
  const roles = await db
    .selectFrom('installation.roles as r')
    .innerJoin('installation.people as p', 'p.person', 'r.person')
    .select('r.role')
    .where('r.person', '=', person)
    .where('r.fleet', '=', fleet)
    .where('p.organisation', '=', organisation)
    .where('p.state', '=', 'active')
    .execute();
  const delegations = await db
    .selectFrom('delegations')
    .select(['from_at', 'until_at', 'revoked_at'])
    .where('delegator', '=', person)
    .where('delegate', '=', delegate)
    .execute();
  return {
    person,
    roles: roles.map(({ role }) => role),
    delegations: delegations.map(({ from_at, until_at, revoked_at }) => ({
      from: from_at,
      until: until_at,
      revokedAt: revoked_at,
    })),
  };
}
