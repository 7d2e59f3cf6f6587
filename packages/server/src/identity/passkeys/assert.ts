/** A passkey's answer to a challenge: Web Authentication Level 3, 7.2. */
import { timingSafeEqual } from 'node:crypto';
import { type AuthenticationResponseJSON, verifyAuthenticationResponse } from '@simplewebauthn/server';
import type { Kysely } from 'kysely';
import type { Context } from '../../context.ts';
import type { Database } from '../../db/schema.ts';
import { type CeremonyFor, takeCeremony } from '../ceremonies/ceremony.ts';
import { userHandle } from './options.ts';

interface Assertion {
  readonly ceremony: string;
  readonly response: Record<string, unknown>;
}

/**
 * Uses the ceremony up, whatever comes of it.
 *
 * @param db the transaction of the act
 * @param of its person, where somebody said who they are; null takes anybody's passkey
 * @returns whose passkey it was; undefined when it proves nothing, for instance when its counter went back
 */
export async function takeAssertion(
  db: Kysely<Database>,
  { clock, config }: Pick<Context, 'clock' | 'config'>,
  of: CeremonyFor,
  { ceremony, response }: Assertion,
): Promise<{ person: string } | undefined> {
  const begun = await takeCeremony(db, clock, { ceremony }, of);
  if (!begun) return undefined;
  const row = await db
    .selectFrom('installation.passkeys')
    .selectAll()
    .where('passkey', '=', String(response['id']))
    // Two answers of one passkey are judged one after the other: the counter rises with each.
    .forUpdate()
    .executeTakeFirst();
  if (!row || (of.person !== null && row.person !== of.person)) return undefined;
  if (!isHandleOf(userHandle(config, row.person), response, of.person === null)) return undefined;
  const counter = await verify(begun, row, response);
  if (counter === undefined) return undefined;
  await db
    .updateTable('installation.passkeys')
    .set({ counter, last_used_at: clock.now() })
    .where('passkey', '=', row.passkey)
    .execute();
  return { person: row.person };
}

/** Who did not say who they are must be named by the authenticator (7.2, step 6). */
function isHandleOf(handle: Uint8Array, response: Record<string, unknown>, isWanted: boolean): boolean {
  const inner = response['response'] as { userHandle?: unknown } | null | undefined;
  const said = inner?.userHandle;
  if (typeof said !== 'string' || said === '') return !isWanted;
  const bytes = Buffer.from(said, 'base64url');
  return bytes.length === handle.length && timingSafeEqual(bytes, handle);
}

/** @returns the new counter. One that did not rise throws inside: the passkey may have been copied. */
async function verify(
  { challenge, origin, rp }: { challenge: string; origin: string; rp: string },
  row: { passkey: string; public_key: Buffer; counter: number },
  response: Record<string, unknown>,
): Promise<number | undefined> {
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: response as unknown as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rp,
      requireUserVerification: true,
      credential: {
        id: row.passkey,
        publicKey: new Uint8Array(row.public_key),
        counter: row.counter,
      },
    });
    return verified ? authenticationInfo.newCounter : undefined;
  } catch {
    return undefined;
  }
}
