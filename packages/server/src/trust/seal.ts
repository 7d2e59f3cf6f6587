/** Online private keys at rest, bound to role, key id and fleet. */
import type { Signer } from '@tuesday/trust';
import type { Context } from '../context.ts';
import { FIRST_FLEET } from '../fleets/names.ts';
import { open, seal } from '../secrets/seal.ts';

export type OnlineRole = 'snapshot' | 'timestamp';

/** Whose key it is, and where the installation keeps its own. */
export type SealParts = Pick<Context, 'config' | 'fleet'>;

export function sealOnlineKey(parts: SealParts, role: OnlineRole, key: Signer): Buffer {
  return seal(parts.config, purposeOf(parts, role, key.keyid), key.privateKeyPem);
}

/** @throws Error when this installation did not seal it for this fleet, or it was changed */
export function openOnlineKey(parts: SealParts, role: OnlineRole, keyid: string, sealed: Buffer): Signer {
  return { keyid, privateKeyPem: open(parts.config, purposeOf(parts, role, keyid), sealed) };
}

/** The first fleet's keys were sealed before there were others. */
function purposeOf({ fleet }: SealParts, role: OnlineRole, keyid: string): string {
  return fleet === FIRST_FLEET ? `${role}\n${keyid}` : `${role}\n${keyid}\n${fleet}`;
}
