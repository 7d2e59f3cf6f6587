/** A new passkey, once its answer proves it: Web Authentication Level 3, 7.1. */
import { type OrRefused, refuse } from '@tuesday/protocol';
import { type RegistrationResponseJSON, verifyRegistrationResponse } from '@simplewebauthn/server';
import type { Kysely } from 'kysely';
import type { Context } from '../../context.ts';
import type { Database } from '../../db/schema.ts';
import { type CeremonyFor, takeCeremony } from '../ceremonies/ceremony.ts';
import { ALGORITHMS } from './options.ts';

export interface PasskeyAnswer {
  readonly ceremony: string;
  readonly response: Record<string, unknown>;
  readonly label: string;
}

const INVALID = {
  refused: refuse('factor-invalid', 'the passkey did not answer this challenge, or not in time', {
    field: 'passkey',
    try: 'begin again',
  }),
};

/**
 * Keeps the passkey for the person of the ceremony.
 *
 * @param db the transaction
 * @returns its id; `factor-invalid`, or `passkey-known` when anybody has it already
 */
export async function registerPasskey(
  db: Kysely<Database>,
  { clock }: Pick<Context, 'clock'>,
  of: CeremonyFor & { readonly person: string },
  { ceremony, response, label }: PasskeyAnswer,
): Promise<OrRefused<{ passkey: string }>> {
  const begun = await takeCeremony(db, clock, { ceremony }, of);
  if (!begun) return INVALID;
  const made = await verify(begun, response);
  if (!made) return INVALID;
  const { id, publicKey, counter, transports = [] } = made.credential;
  const kept = await db
    .insertInto('installation.passkeys')
    .values({
      passkey: id,
      person: of.person,
      public_key: Buffer.from(publicKey),
      counter,
      transports: transports.filter((each) => /^[a-z-]{1,20}$/.test(each)).slice(0, 8),
      label,
      created_at: clock.now(),
      last_used_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('passkey')
    .executeTakeFirst();
  if (kept) return kept;
  return {
    refused: refuse('passkey-known', 'this passkey belongs to an account already', { field: 'passkey' }),
  };
}

/** The library throws at whatever does not fit; what came over the wire is never a fault of ours. */
async function verify(
  { challenge, origin, rp }: { challenge: string; origin: string; rp: string },
  response: Record<string, unknown>,
) {
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: response as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rp,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    return registrationInfo;
  } catch {
    return undefined;
  }
}
