/** Who an operator is: a token, or the session cookie that a token was exchanged for. */
import { randomBytes } from 'node:crypto';
import { isRefused, type OrRefused, refuse } from '@tuesday/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import { bearer, hashToken } from '../../devices/tokens.ts';

type Parts = Pick<Context, 'db' | 'clock'>;

const COOKIE = 'tuesday_session';
/** Real seconds. */
const LIFETIME = 12 * 3_600;

/** Label of an operator, as it stands in the audit log. */
export interface Operator {
  readonly label: string;
}

interface Session extends Operator {
  readonly expiresAt: number;
}

const NOBODY = {
  refused: refuse('unauthenticated', 'the operator token or session is missing or not valid'),
};

/** A write that only a cookie vouches for must come from our own pages. */
export async function whoAsks(parts: Parts, request: FastifyRequest): Promise<OrRefused<Operator>> {
  const token = bearer(request.headers.authorization);
  if (token !== undefined) return (await operatorOf(parts, token)) ?? NOBODY;
  const secret = cookieOf(request);
  const session = secret === undefined ? undefined : await sessionOf(parts, secret);
  if (!session) return NOBODY;
  if (request.method !== 'GET' && !isOwnPage(request)) {
    const because = 'a signed-in browser may only send this from the console itself';
    return { refused: refuse('forbidden', because, { try: 'use an operator token outside the console' }) };
  }
  return session;
}

/** Exchanges a token for a cookie. */
export async function signIn(
  parts: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
): Promise<OrRefused<{ ok: true }>> {
  const operator = await operatorOf(parts, token);
  if (!operator) return NOBODY;
  const secret = randomBytes(32).toString('base64url');
  const now = parts.clock.now();
  const session: Session = { ...operator, expiresAt: now + LIFETIME * 1_000 * parts.clock.rate };
  await parts.db
    .deleteFrom('settings')
    .where('key', 'like', 'session:%')
    .where(sql<boolean>`(value ->> 'expiresAt')::numeric <= ${now}`)
    .execute();
  await parts.db
    .insertInto('settings')
    .values({ key: keyOf(secret), value: JSON.stringify(session) })
    .execute();
  void reply.header('set-cookie', cookie(request, secret, LIFETIME));
  return { ok: true };
}

export async function signOut(
  parts: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<OrRefused<{ ok: true }>> {
  const operator = await whoAsks(parts, request);
  if (isRefused(operator)) return operator;
  const secret = cookieOf(request);
  if (secret !== undefined) await parts.db.deleteFrom('settings').where('key', '=', keyOf(secret)).execute();
  void reply.header('set-cookie', cookie(request, '', 0));
  return { ok: true };
}

async function operatorOf({ db }: Parts, token: string): Promise<Operator | undefined> {
  return db
    .selectFrom('operator_tokens')
    .select('label')
    .where('hash', '=', hashToken(token))
    .executeTakeFirst();
}

async function sessionOf({ db, clock }: Parts, secret: string): Promise<Operator | undefined> {
  const row = await db
    .selectFrom('settings')
    .select('value')
    .where('key', '=', keyOf(secret))
    .executeTakeFirst();
  const session = row?.value as Session | undefined;
  return session && session.expiresAt > clock.now() ? { label: session.label } : undefined;
}

/** The database holds no secret that would open a session. */
function keyOf(secret: string): string {
  return `session:${hashToken(secret).toString('hex')}`;
}

function cookieOf(request: FastifyRequest): string | undefined {
  return new RegExp(`(?:^|; ?)${COOKIE}=([A-Za-z0-9_-]{43})(?:;|$)`).exec(request.headers.cookie ?? '')?.[1];
}

function cookie(request: FastifyRequest, secret: string, seconds: number): string {
  const secure = request.headers['x-forwarded-proto'] === 'https' || request.protocol === 'https';
  return `${COOKIE}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure ? '; Secure' : ''}`;
}

function isOwnPage({ headers }: FastifyRequest): boolean {
  const { origin } = headers;
  if (origin === undefined) return headers['sec-fetch-site'] === 'same-origin';
  return URL.canParse(origin) && new URL(origin).host === headers.host;
}
