/** The fleet that somebody means who names none. */
import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { bearer, hashToken } from '../devices/tokens.ts';
import { FIRST_FLEET } from '../fleets/names.ts';
import { within } from '../within.ts';
import { secretInCookie } from './cookie.ts';
import { findSession, sessionSecret } from './sessions.ts';

type Parts = Pick<Context, 'db' | 'clock'>;

/**
 * A token means its own fleet. A person means the only fleet where they have roles; of several the first fleet of
 * the installation, if it is theirs, or else the oldest. Nobody in particular means the first one.
 */
export async function homeOf(parts: Parts, request: Pick<FastifyRequest, 'headers'>): Promise<string> {
  const fleet = await lookUpHome(parts, request);
  const key = keyOf(request);
  if (key !== undefined) keep(key, fleet);
  return fleet;
}

async function lookUpHome(parts: Parts, request: Pick<FastifyRequest, 'headers'>): Promise<string> {
  const token = bearer(request.headers.authorization);
  const secret = token === undefined ? secretInCookie(request) : sessionSecret(token);
  if (token !== undefined && secret === undefined) return fleetOfToken(parts, { hash: hashToken(token) });
  const session = secret === undefined ? undefined : await findSession(parts, secret);
  if (!session) return FIRST_FLEET;
  return session.person === null
    ? fleetOfToken(parts, { token: session.token ?? '' })
    : fleetOfPerson(parts, session.person);
}

/** Real milliseconds that the database gets for somebody whom this server does not know. */
const PATIENCE = 300;
const LIMIT = 10_000;
/** By hash of the secret. */
const remembered = new Map<string, string>();

/**
 * For a halt: what the last request of the same credential found, at once, so that neither a full pool nor a slow
 * database holds it up.
 */
export async function homeInHaste(
  parts: Parts & Pick<Context, 'urgent'>,
  request: Pick<FastifyRequest, 'headers'>,
): Promise<string> {
  const known = remembered.get(keyOf(request) ?? '');
  if (known !== undefined) return known;
  return (await within(PATIENCE, homeOf({ ...parts, db: parts.urgent }, request))) ?? FIRST_FLEET;
}

function keyOf(request: Pick<FastifyRequest, 'headers'>): string | undefined {
  const secret = bearer(request.headers.authorization) ?? secretInCookie(request);
  return secret === undefined ? undefined : hashToken(secret).toString('base64');
}

function keep(key: string, fleet: string): void {
  const [oldest] = remembered.keys();
  if (remembered.size >= LIMIT && oldest !== undefined) remembered.delete(oldest);
  remembered.set(key, fleet);
}

async function fleetOfToken({ db }: Parts, by: { hash: Buffer } | { token: string }): Promise<string> {
  const row = await db
    .selectFrom('installation.tokens')
    .select('fleet')
    .where((is) => ('hash' in by ? is('hash', '=', by.hash) : is('token', '=', by.token)))
    .executeTakeFirst();
  return row?.fleet ?? FIRST_FLEET;
}

async function fleetOfPerson({ db }: Parts, person: string): Promise<string> {
  const { rows } = await sql<{ fleet: string }>`
    SELECT f.fleet FROM installation.people p
      JOIN installation.fleets f ON f.organisation = p.organisation
      LEFT JOIN LATERAL (
        SELECT count(*) > 0 AS any FROM installation.roles r WHERE r.person = p.person AND r.fleet = f.fleet
      ) AS roles ON true
    WHERE p.person = ${person}
    ORDER BY roles.any DESC, (f.fleet = ${FIRST_FLEET}) DESC, f.created_at, f.fleet LIMIT 1`.execute(db);
  return rows[0]?.fleet ?? FIRST_FLEET;
}
