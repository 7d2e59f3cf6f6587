/** Passkeys in this browser. What the server sends and gets are the JSON forms of WebAuthn Level 3, 5.1.8 to 5.1.10. */
import { t } from '@lingui/core/macro';
import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser';
import type { CeremonyView, FactorProof } from '@tuesday/protocol';
import { call } from '../api.ts';
import { Told } from '../ui/failure.ts';

export interface Answer {
  ceremony: string;
  response: Record<string, unknown>;
}

export function hasPasskeys(): boolean {
  return browserSupportsWebAuthn();
}

/** @throws Told when the browser or the person did not go through with it */
export function makePasskey({ ceremony, options }: CeremonyView): Promise<Answer> {
  // The server made them with the library's other half.
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON;
  return answered(ceremony, () => startRegistration({ optionsJSON }));
}

/** @throws Told when the browser or the person did not go through with it */
export function askPasskey({ ceremony, options }: CeremonyView): Promise<Answer> {
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON;
  return answered(ceremony, () => startAuthentication({ optionsJSON }));
}

/** @param purpose the one act that the passkey vouches for */
export async function vouch(purpose: string): Promise<FactorProof> {
  return { kind: 'passkey', ...(await askPasskey(await call('stepUp', { body: { purpose } }))) };
}

async function answered(ceremony: string, ask: () => Promise<object>): Promise<Answer> {
  try {
    return { ceremony, response: { ...(await ask()) } };
  } catch (error) {
    throw new Told(passkeyWords(error instanceof Error ? error.name : ''), { cause: error });
  }
}

/** @param name of the DOMException */
export function passkeyWords(name: string): string {
  switch (name) {
    case 'NotAllowedError':
    case 'AbortError':
      return t`The passkey was not used: the question was closed, timed out, or no passkey on this device fits. Nothing was sent; try again.`;
    case 'InvalidStateError':
      return t`This authenticator holds a passkey of the account already. Use another one.`;
    case 'SecurityError':
      return t`This address cannot use passkeys. Open the console under the name that the server was set up with, over HTTPS or on localhost.`;
    default:
      return t`The browser could not use the passkey${name === '' ? '' : ` (${name})`}. Nothing was sent; use a code instead.`;
  }
}
