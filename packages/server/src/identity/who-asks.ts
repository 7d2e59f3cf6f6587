/** From a request to the principal behind it: a bearer token, or the cookie of a session. */
import { type Instant, type OrRefused, refuse } from '@tuesday/protocol';
import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { bearer, hashToken } from '../devices/tokens.ts';
import { isOwnPage, secretInCookie } from './cookie.ts';
import type { Principal } from './principal.ts';
import { principalOfPerson, principalOfToken } from './principals.ts';
import { type Known, remembered } from './remembered.ts';
import { findSession, sessionEnd, sessionSecret } from './sessions.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'fleet' | 'config'>;

export const NOBODY = {
  refused: refuse('unauthenticated', 'the operator token or session is missing or not valid'),
};

/** What a request vouches for itself with. */
interface Credential {
  readonly kind: 'token' | 'session';
  readonly secret: string;
}

/** What a credential stands for, and until when at most. */
interface Found {
  readonly principal: Principal;
  readonly until: Instant;
}

export async function whoAsks(parts: Parts, request: FastifyRequest): Promise<OrRefused<Principal>> {
  const given = credentialOf(parts, request);
  if ('refused' in given) return given;
  const key = keyOf(parts, given);
  const found =
    given.kind === 'token'
      ? await principalOfToken(parts, { secret: given.secret }, request.ip)
      : await ofSession(parts, given.secret, request.ip);
  if (!found) {
    remembered.forget(key);
    return NOBODY;
  }
  remembered.keep(key, { ...found, confirmedAt: parts.clock.now() });
  return found.principal;
}

/**
 * The same from memory, without a question to the database: only for what must work while it does not answer. The
 * caller decides how old `confirmedAt` may be.
 */
export function whoAsksRemembered(
  parts: Pick<Parts, 'clock' | 'fleet' | 'config'>,
  request: FastifyRequest,
): OrRefused<Known> {
  const given = credentialOf(parts, request);
  if ('refused' in given) return given;
  const known = remembered.find(keyOf(parts, given), parts.clock);
  if (!known) return NOBODY;
  const { principal, confirmedAt } = known;
  return { confirmedAt, principal: { ...principal, actor: { ...principal.actor, origin: request.ip } } };
}

function credentialOf(parts: Pick<Parts, 'config'>, request: FastifyRequest): OrRefused<Credential> {
  const token = bearer(request.headers.authorization);
  if (token !== undefined) {
    const secret = sessionSecret(token);
    return secret === undefined ? { kind: 'token', secret: token } : { kind: 'session', secret };
  }
  const secret = secretInCookie(request);
  if (secret === undefined) return NOBODY;
  if (request.method === 'GET' || isOwnPage(parts.config, request)) return { kind: 'session', secret };
  const because = 'a signed-in browser may only send this from the console itself';
  return { refused: refuse('forbidden', because, { try: 'use an operator token outside the console' }) };
}

/** The kind is part of it: the secret of a session is no token, and the other way round. */
function keyOf({ fleet }: Pick<Parts, 'fleet'>, { kind, secret }: Credential): string {
  return `${fleet}\n${kind}\n${hashToken(secret).toString('base64url')}`;
}

async function ofSession(parts: Parts, secret: string, origin: string): Promise<Found | undefined> {
  const session = await findSession(parts, secret);
  if (!session) return undefined;
  const found =
    session.person === null
      ? await principalOfToken(parts, { token: session.token ?? '' }, origin)
      : await principalOfPerson(parts, session.person, origin);
  if (!found) return undefined;
  const until = Math.min(found.until, sessionEnd(parts, session.expires_at));
  return { principal: { ...found.principal, session: session.session }, until };
}
