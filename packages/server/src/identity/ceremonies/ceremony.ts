/**
 * Ceremonies: what a browser, a phone or a provider has to answer. Each is for one kind, one person and one purpose,
 * and is used up by its answer.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { MINUTE, real } from '../real-time.ts';

export type CeremonyKind = 'sign-in' | 'join' | 'add-passkey' | 'step-up' | 'totp' | 'oidc';

/** Real milliseconds. A secret for codes has to be carried to a phone first. */
const LIFETIME: Readonly<Record<CeremonyKind, number>> = {
  'sign-in': 5 * MINUTE,
  join: 5 * MINUTE,
  'add-passkey': 5 * MINUTE,
  'step-up': 2 * MINUTE,
  totp: 15 * MINUTE,
  oidc: 5 * MINUTE,
};

export interface CeremonyFor {
  readonly kind: CeremonyKind;
  /** Null where nobody has said yet who they are. */
  readonly person: string | null;
  readonly purpose: string;
}

export interface Ceremony {
  readonly challenge: string;
  readonly rp: string;
  readonly origin: string;
}

/** Of those that nobody has put a name to; beyond them the oldest is given up, so that asking fills no disk. */
const NAMELESS = 10_000;

/** @returns its public id */
export async function beginCeremony(
  db: Kysely<Database>,
  clock: Clock,
  of: CeremonyFor & Partial<Ceremony> & Pick<Ceremony, 'challenge'>,
): Promise<string> {
  const ceremony = `c-${randomBytes(18).toString('base64url')}`;
  const now = clock.now();
  await db.deleteFrom('installation.ceremonies').where('expires_at', '<=', now).execute();
  if (of.person === null)
    await sql`DELETE FROM installation.ceremonies WHERE ceremony IN (
      SELECT ceremony FROM installation.ceremonies WHERE person IS NULL
      ORDER BY expires_at DESC OFFSET ${sql.lit(NAMELESS - 1)})`.execute(db);
  await db
    .insertInto('installation.ceremonies')
    .values({ ceremony, ...of, expires_at: now + real(clock, LIFETIME[of.kind]) })
    .execute();
  return ceremony;
}

/**
 * Uses it up: of two answers at the same time one finds it.
 *
 * @param by its id, or its challenge where that is what comes back
 * @returns undefined when there is none, or it is for another kind, person or purpose, or past its time
 */
export async function takeCeremony(
  db: Kysely<Database>,
  clock: Clock,
  by: { ceremony: string } | { challenge: string },
  { kind, person, purpose }: CeremonyFor,
): Promise<Ceremony | undefined> {
  const now = clock.now();
  const row = await db
    .deleteFrom('installation.ceremonies')
    .where((is) => ('ceremony' in by ? is('ceremony', '=', by.ceremony) : is('challenge', '=', by.challenge)))
    .where('kind', '=', kind)
    .where('person', 'is not distinct from', person)
    .where('purpose', '=', purpose)
    .returning(['challenge', 'rp', 'origin', 'expires_at'])
    .executeTakeFirst();
  if (!row) return undefined;
  // More time left than it was given: the clock was moved back, and it may be as old as anything.
  const left = row.expires_at - now;
  return left > 0 && left <= real(clock, LIFETIME[kind]) ? row : undefined;
}
