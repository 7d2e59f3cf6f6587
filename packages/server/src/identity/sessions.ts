/** Sessions: made at sign-in, found by the hash of their secret, ended one by one. */
import { randomBytes } from 'node:crypto';
import type { FactorKind } from '@tuesday/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { hashToken } from '../devices/tokens.ts';
import { setCookie } from './cookie.ts';

/** Real seconds. */
const LIFETIME = 12 * 3_600;

/** Whose session: a person's, or that of a token which was exchanged for it. */
export interface SessionOf {
  readonly person: string | null;
  readonly token: string | null;
  readonly factor: FactorKind | null;
}

/**
 * Makes a session and sets its cookie.
 *
 * @returns its public id
 */
export async function openSession(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  request: FastifyRequest,
  reply: FastifyReply,
  of: SessionOf,
): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  const session = `s-${randomBytes(9).toString('base64url')}`;
  const now = clock.now();
  await db.deleteFrom('installation.sessions').where('expires_at', '<=', now).execute();
  await db
    .insertInto('installation.sessions')
    .values({
      session,
      hash: hashToken(secret),
      ...of,
      created_at: now,
      last_seen_at: now,
      expires_at: now + LIFETIME * 1_000 * clock.rate,
      origin: request.ip,
      agent: (request.headers['user-agent'] ?? '').slice(0, 200),
    })
    .execute();
  setCookie(request, reply, secret, LIFETIME);
  return session;
}

export async function findSession(db: Kysely<Database>, secret: string, now: number) {
  return db
    .selectFrom('installation.sessions')
    .selectAll()
    .where('hash', '=', hashToken(secret))
    .where('expires_at', '>', now)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
}
