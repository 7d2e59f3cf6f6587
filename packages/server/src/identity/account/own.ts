/** Whose account an act on "one's own account" is about. */
import { type FactorKind, type FactorProof, type OrRefused, refuse } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Context } from '../../context.ts';
import type { Database } from '../../db/schema.ts';
import type { Principal } from '../principal.ts';
import { prove } from '../prove.ts';
import { MINUTE, minutesWords, real } from '../real-time.ts';
import { factorsOf } from './factors.ts';

/** Real milliseconds after signing in within which an account without any factor may get its first. */
const FRESH = 10 * MINUTE;

/** @returns the person; `forbidden` for tokens, which have no account */
export function ownAccount({ actor, token }: Principal): OrRefused<{ person: string }> {
  if (actor.person !== null && token === null) return { person: actor.person };
  const because = `${actor.label} is a token, and tokens have no account`;
  return { refused: refuse('forbidden', because, { try: 'sign in as a person' }) };
}

/**
 * What changes an account, or gives power, wants a second factor of everybody who has one: a stolen session is not
 * enough. Who has none yet must have signed in just now.
 *
 * @param db the transaction; call it before any row of the person is locked
 */
export async function proveOwn(
  db: Kysely<Database>,
  parts: Pick<Context, 'clock' | 'config'>,
  principal: Principal & { readonly actor: { readonly person: string | null } },
  proof: FactorProof | undefined,
  purpose: string,
): Promise<OrRefused<{ factor: FactorKind | null }>> {
  const own = ownAccount(principal);
  if ('refused' in own) return own;
  const factors = await factorsOf(db, own.person);
  if (factors.length > 0) return prove(db, parts, principal, proof, purpose);
  const session = await db
    .selectFrom('installation.sessions')
    .select('created_at')
    .where('session', '=', principal.session ?? '')
    .executeTakeFirst();
  const isFresh = session && parts.clock.now() - session.created_at <= real(parts.clock, FRESH);
  if (isFresh) return { factor: null };
  const because = `an account without a second factor gets its first within ${minutesWords(FRESH)} of signing in`;
  return { refused: refuse('factor-needed', because, { try: 'sign in again and repeat' }) };
}
