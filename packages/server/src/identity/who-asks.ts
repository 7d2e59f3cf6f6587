/** From a request to the principal behind it: a bearer token, or the cookie of a session. */
import { type OrRefused, refuse, type Role } from '@tuesday/protocol';
import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { bearer, hashToken } from '../devices/tokens.ts';
import { isOwnPage, secretInCookie } from './cookie.ts';
import type { Principal } from './principal.ts';
import { findSession } from './sessions.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'fleet'>;

export const NOBODY = {
  refused: refuse('unauthenticated', 'the operator token or session is missing or not valid'),
};

export async function whoAsks(parts: Parts, request: FastifyRequest): Promise<OrRefused<Principal>> {
  const token = bearer(request.headers.authorization);
  if (token !== undefined) return (await principalOfToken(parts, { secret: token }, request.ip)) ?? NOBODY;
  const secret = secretInCookie(request);
  if (secret === undefined) return NOBODY;
  const session = await findSession(parts.db, secret, parts.clock.now());
  if (!session) return NOBODY;
  if (request.method !== 'GET' && !isOwnPage(request)) {
    const because = 'a signed-in browser may only send this from the console itself';
    return { refused: refuse('forbidden', because, { try: 'use an operator token outside the console' }) };
  }
  const found =
    session.person === null
      ? await principalOfToken(parts, { token: session.token ?? '' }, request.ip)
      : await principalOfPerson(parts, session.person, request.ip);
  return found ? { ...found, session: session.session } : NOBODY;
}

/** By its secret, or by its public id where a session stands for it. */
export async function principalOfToken(
  { db, clock, fleet }: Parts,
  by: { secret: string } | { token: string },
  origin: string,
): Promise<Principal | undefined> {
  const now = clock.now();
  const row = await db
    .selectFrom('installation.tokens')
    .selectAll()
    .where((is) => ('secret' in by ? is('hash', '=', hashToken(by.secret)) : is('token', '=', by.token)))
    .where('revoked_at', 'is', null)
    .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', now)]))
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    actor: { label: row.label, person: row.person, origin, factor: null },
    organisation: row.organisation,
    // The token of the first run is for every fleet of its organisation: somebody has to begin in each.
    roles: row.fleet === fleet || row.installation ? row.roles : [],
    installation: row.installation,
    session: null,
    token: row.token,
  };
}

async function principalOfPerson(
  { db, fleet }: Parts,
  person: string,
  origin: string,
): Promise<Principal | undefined> {
  const row = await db
    .selectFrom('installation.people')
    .select(['person', 'organisation'])
    .where('person', '=', person)
    .where('state', '=', 'active')
    .executeTakeFirst();
  if (!row) return undefined;
  const roles = await db
    .selectFrom('installation.roles')
    .select('role')
    .where('person', '=', person)
    .where('fleet', '=', fleet)
    .execute();
  return {
    actor: { label: person, person, origin, factor: null },
    organisation: row.organisation,
    roles: roles.map(({ role }): Role => role),
    installation: false,
    session: null,
    token: null,
  };
}
