/** Exchanges an operator token for a session of the console, and ends it. */
import { type OrRefused } from '@tuesday/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { setCookie } from './cookie.ts';
import type { Principal } from './principal.ts';
import { principalOfToken } from './principals.ts';
import { endSessions, openSession } from './sessions.ts';
import { NOBODY } from './who-asks.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'fleet' | 'config'>;

export async function signIn(
  parts: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
  secret: string,
): Promise<OrRefused<{ ok: true }>> {
  const found = await principalOfToken(parts, { secret }, request.ip);
  if (!found) return NOBODY;
  await openSession(parts, request, reply, { person: null, token: found.principal.token, factor: null });
  return { ok: true };
}

export async function signOut(
  { db, clock, config }: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
  { session }: Principal,
): Promise<{ ok: true }> {
  if (session !== null) await endSessions(db, clock.now(), { session });
  setCookie(config, request, reply, '', 0);
  return { ok: true };
}
