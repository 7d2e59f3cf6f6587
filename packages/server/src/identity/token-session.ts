/** Exchanges an operator token for a session of the console, and ends it. */
import { type OrRefused } from '@tuesday/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { setCookie } from './cookie.ts';
import type { Principal } from './principal.ts';
import { openSession } from './sessions.ts';
import { NOBODY, principalOfToken } from './who-asks.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'fleet'>;

export async function signIn(
  parts: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
  secret: string,
): Promise<OrRefused<{ ok: true }>> {
  const principal = await principalOfToken(parts, { secret }, request.ip);
  if (!principal) return NOBODY;
  await openSession(parts, request, reply, { person: null, token: principal.token, factor: null });
  return { ok: true };
}

export async function signOut(
  parts: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
  principal: Principal,
): Promise<{ ok: true }> {
  if (principal.session !== null)
    await parts.db
      .updateTable('installation.sessions')
      .set({ revoked_at: parts.clock.now() })
      .where('session', '=', principal.session)
      .execute();
  setCookie(request, reply, '', 0);
  return { ok: true };
}
