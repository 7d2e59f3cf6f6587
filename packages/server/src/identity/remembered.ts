/**
 * Who was known a while ago, for the one act that must not wait for the database: a halt. Nothing else is
 * allowed by memory, because memory does not hear of a session that was revoked meanwhile.
 */
import { hash } from 'node:crypto';
import { isRefused, type OrRefused } from '@tuesday/protocol';
import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { bearer } from '../devices/tokens.ts';
import { isOwnPage, secretInCookie } from './cookie.ts';
import type { Principal } from './principal.ts';

type Parts = Pick<Context, 'clock' | 'fleet'>;

/** Real milliseconds. */
const REMEMBERED = 12 * 3_600_000;
const LIMIT = 10_000;

/** By hash of the secret, so that memory holds none. Newest last. */
const known = new Map<string, { principal: Principal; at: number }>();

/** Call it with what `whoAsks` found: who is no longer let in is forgotten. */
export function remember(parts: Parts, request: FastifyRequest, found: OrRefused<Principal>): void {
  const key = keyOf(parts, request);
  if (key === undefined) return;
  if (isRefused(found)) {
    if (found.refused.code === 'unauthenticated') known.delete(key);
    return;
  }
  known.delete(key);
  const [oldest] = known.keys();
  if (known.size >= LIMIT && oldest !== undefined) known.delete(oldest);
  known.set(key, { principal: found, at: parts.clock.now() });
}

export function whoAsksRemembered(parts: Parts, request: FastifyRequest): Principal | undefined {
  const key = keyOf(parts, request);
  const found = key === undefined ? undefined : known.get(key);
  if (!found) return undefined;
  const { clock } = parts;
  const age = clock.now() - found.at;
  if (age < 0 || age >= REMEMBERED * clock.rate) return undefined;
  // As for every write that only a cookie vouches for.
  if (bearer(request.headers.authorization) === undefined && !isOwnPage(request)) return undefined;
  const { principal } = found;
  return { ...principal, actor: { ...principal.actor, origin: request.ip } };
}

function keyOf({ fleet }: Pick<Context, 'fleet'>, request: FastifyRequest): string | undefined {
  const secret = bearer(request.headers.authorization) ?? secretInCookie(request);
  return secret === undefined ? undefined : hash('sha256', `${fleet}\n${secret}`, 'base64');
}
