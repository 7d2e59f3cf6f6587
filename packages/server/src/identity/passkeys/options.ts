/** What a browser is asked: Web Authentication Level 3, 5.4 and 5.5. */
import { createHmac } from 'node:crypto';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import type { Kysely } from 'kysely';
import type { Config } from '../../config.ts';
import { installationKey } from '../../data-folder.ts';
import type { Database } from '../../db/schema.ts';
import type { RelyingParty } from '../relying-party.ts';

/** EdDSA, ES256 and RS256: COSE identifiers of RFC 9053 and RFC 8812. */
export const ALGORITHMS = [-8, -7, -257];

/** Milliseconds that the browser waits; less than a ceremony lasts. */
const PATIENCE = 110_000;

export interface KeyHolder {
  readonly person: string;
  readonly display: string;
  readonly organisation: string;
}

/**
 * For a new passkey. The passkeys of the whole organisation are excluded, not only the person's: one authenticator is
 * one person, so that it does not consent twice.
 */
export async function creationOptions(
  db: Kysely<Database>,
  config: Pick<Config, 'dataFolder'>,
  { id }: RelyingParty,
  { person, display, organisation }: KeyHolder,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const known = await db
    .selectFrom('installation.passkeys as passkey')
    .innerJoin('installation.people as person', 'person.person', 'passkey.person')
    .select(['passkey.passkey as id', 'passkey.transports'])
    .where('person.organisation', '=', organisation)
    .orderBy('passkey.created_at')
    .execute();
  return generateRegistrationOptions({
    rpName: 'Tuesday',
    rpID: id,
    userName: person,
    userDisplayName: display,
    userID: userHandle(config, person),
    timeout: PATIENCE,
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: known,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

/** @param passkeys of the person who is asked; empty for anybody's, which tells nobody who has one */
export async function requestOptions(
  { id }: Pick<RelyingParty, 'id'>,
  passkeys: readonly { id: string; transports: string[] }[],
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: id,
    timeout: PATIENCE,
    userVerification: 'required',
    ...(passkeys.length > 0 && { allowCredentials: [...passkeys] }),
  });
}

/** Whose passkey it is, told to the authenticator without a name: Web Authentication Level 3, 14.6.1. */
export function userHandle(
  { dataFolder }: Pick<Config, 'dataFolder'>,
  person: string,
): Uint8Array<ArrayBuffer> {
  const key = installationKey(dataFolder, 'trust.key');
  return new Uint8Array(createHmac('sha256', key).update(`user handle\n${person}`).digest());
}
