/** Sessions: made at sign-in, found by the hash of their secret, ended one by one. */
import { randomBytes } from 'node:crypto';
import type { Clock, FactorKind, Instant } from '@tuesday/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { hashToken } from '../devices/tokens.ts';
import { secretInCookie, setCookie } from './cookie.ts';
import { HOUR, MINUTE, real, SET_BACK } from './real-time.ts';
import { remembered } from './remembered.ts';

/** Real milliseconds. */
const LIFETIME = 12 * HOUR;
const IDLE = 2 * HOUR;

/** What a session's secret is called where it is sent as a bearer token, as the command line does. */
const PREFIX = 'tss1.';

/** Whose session: a person's, or that of a token which was exchanged for it. */
export interface SessionOf {
  readonly person: string | null;
  readonly token: string | null;
  readonly factor: FactorKind | null;
}

type Parts = Pick<Context, 'db' | 'clock' | 'config'>;

/**
 * Makes a session and sets its cookie. The session that the request came with ends: its secret may be somebody
 * else's.
 *
 * @returns its public id
 */
export async function openSession(
  { db, clock, config }: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
  of: SessionOf,
): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  const session = `s-${randomBytes(9).toString('base64url')}`;
  const now = clock.now();
  await db.deleteFrom('installation.sessions').where('expires_at', '<=', now).execute();
  const former = secretInCookie(request);
  if (former !== undefined) await endSessions(db, now, { hash: hashToken(former) });
  await db
    .insertInto('installation.sessions')
    .values({
      session,
      hash: hashToken(secret),
      ...of,
      created_at: now,
      last_seen_at: now,
      expires_at: now + real(clock, LIFETIME),
      origin: request.ip,
      agent: (request.headers['user-agent'] ?? '').slice(0, 200),
    })
    .execute();
  setCookie(config, request, reply, secret, LIFETIME / 1_000);
  return session;
}

/** The secret in a bearer token of a session; undefined for other tokens. */
export function sessionSecret(token: string): string | undefined {
  return token.startsWith(PREFIX) ? token.slice(PREFIX.length) : undefined;
}

/**
 * The session of a secret. One that is found past its time is ended for good, so that a clock that is moved back
 * does not bring it to life again; nor is one valid before it was made.
 */
export async function findSession({ db, clock }: Pick<Parts, 'db' | 'clock'>, secret: string) {
  const now = clock.now();
  const row = await db
    .selectFrom('installation.sessions')
    .selectAll()
    .where('hash', '=', hashToken(secret))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (!row || row.created_at > now + real(clock, SET_BACK)) return undefined;
  if (row.expires_at <= now || now - row.last_seen_at >= real(clock, IDLE)) {
    await endSessions(db, now, { hash: row.hash });
    return undefined;
  }
  if (now - row.last_seen_at >= real(clock, MINUTE))
    await db
      .updateTable('installation.sessions')
      .set({ last_seen_at: now })
      .where('session', '=', row.session)
      .where('last_seen_at', '=', row.last_seen_at)
      .execute();
  return row;
}

/** Ends the sessions of a secret, of an id, or of a person, `except` one. */
export async function endSessions(
  db: Kysely<Database>,
  now: number,
  which: { hash: Buffer } | { session: string } | { person: string; except?: string | null },
): Promise<void> {
  remembered.forgetAll();
  await db
    .updateTable('installation.sessions')
    .set({ revoked_at: now })
    .where('revoked_at', 'is', null)
    .where((is) => {
      if ('hash' in which) return is('hash', '=', which.hash);
      if ('session' in which) return is('session', '=', which.session);
      return is.and([is('person', '=', which.person), is('session', '!=', which.except ?? '')]);
    })
    .execute();
}

/**
 * A transaction that takes something away from somebody. Memory forgets when it has ended, too: a request that came
 * while it ran was still told yes.
 */
export async function revoking<T>(
  db: Kysely<Database>,
  act: (trx: Kysely<Database>) => Promise<T>,
): Promise<T> {
  try {
    return await againAfterDeadlock(() => db.transaction().execute(act));
  } finally {
    remembered.forgetAll();
  }
}

/** How often a transaction is tried again that two people got into each other's way with. */
const TRIES = 3;

/** Two admins who act on each other wait for each other: the database undoes one of them, which then comes second. */
async function againAfterDeadlock<T>(act: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await act();
    } catch (error) {
      // 40P01, deadlock_detected.
      if (tried >= TRIES || (error as { code?: unknown }).code !== '40P01') throw error;
    }
  }
}

/** Since when a session must have been used to be alive. */
export function idleSince(clock: Clock): Instant {
  return clock.now() - real(clock, IDLE);
}

/** When a session ends by itself if nobody uses it any more. */
export function sessionEnd({ clock }: Pick<Parts, 'clock'>, expiresAt: number): number {
  return Math.min(expiresAt, clock.now() + real(clock, IDLE));
}
