/** Invitations: a link that works once, for three days, and of which only the hash is kept. */
import { randomBytes } from 'node:crypto';
import { type Clock, type OrRefused, refuse } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { hashToken } from '../../devices/tokens.ts';
import { HOUR, real } from '../real-time.ts';

/** Real milliseconds. */
const LIFETIME = 72 * HOUR;

export interface Invitation {
  readonly invitation: string;
  /** Behind the console's address. The fragment is not sent to any server, nor kept in its log. */
  readonly path: string;
  readonly expiresAt: number;
}

export interface Invited {
  readonly person: string;
  readonly display: string;
  readonly organisation: string;
  readonly expiresAt: number;
}

/**
 * Makes one, and ends those that this person had.
 *
 * @param db the transaction
 */
export async function makeInvitation(
  db: Kysely<Database>,
  clock: Clock,
  person: string,
): Promise<Invitation> {
  const now = clock.now();
  const invitation = `tsi1.${randomBytes(32).toString('base64url')}`;
  const expiresAt = now + real(clock, LIFETIME);
  await db.deleteFrom('installation.invitations').where('person', '=', person).execute();
  await db
    .insertInto('installation.invitations')
    .values({ hash: hashToken(invitation), person, created_at: now, expires_at: expiresAt, used_at: null })
    .execute();
  return { invitation, path: `/join#invitation=${invitation}`, expiresAt };
}

/** @returns `invitation-invalid` for one that was used, has lapsed, was replaced, or never was: always the same */
export async function findInvitation(
  db: Kysely<Database>,
  clock: Clock,
  invitation: string,
): Promise<OrRefused<Invited>> {
  const now = clock.now();
  const row = await db
    .selectFrom('installation.invitations as invitation')
    .innerJoin('installation.people as person', 'person.person', 'invitation.person')
    .select(['person.person', 'person.display', 'person.organisation', 'invitation.expires_at as expiresAt'])
    .where('invitation.hash', '=', hashToken(invitation))
    .where('invitation.used_at', 'is', null)
    .where('invitation.created_at', '<=', now)
    .where('invitation.expires_at', '>', now)
    .where('person.state', '=', 'invited')
    .executeTakeFirst();
  return (
    row ?? { refused: refuse('invitation-invalid', 'this invitation has lapsed, was used, or was replaced') }
  );
}

/**
 * Uses it up: of two at the same time one does.
 *
 * @param db the transaction
 */
export async function useInvitation(
  db: Kysely<Database>,
  clock: Clock,
  invitation: string,
): Promise<OrRefused<Invited>> {
  const found = await findInvitation(db, clock, invitation);
  if ('refused' in found) return found;
  const used = await db
    .updateTable('installation.invitations')
    .set({ used_at: clock.now() })
    .where('hash', '=', hashToken(invitation))
    .where('used_at', 'is', null)
    .returning('person')
    .executeTakeFirst();
  return used ? found : findInvitation(db, clock, invitation);
}
