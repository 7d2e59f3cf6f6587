/** Online private keys at rest, bound to role and key id. */
import type { Signer } from '@tuesday/trust';
import type { Config } from '../config.ts';
import { open, seal } from '../secrets/seal.ts';

export type OnlineRole = 'snapshot' | 'timestamp';

type Folder = Pick<Config, 'dataFolder'>;

export function sealOnlineKey(config: Folder, role: OnlineRole, key: Signer): Buffer {
  return seal(config, `${role}\n${key.keyid}`, key.privateKeyPem);
}

/** @throws Error when this installation did not seal it, or it was changed */
export function openOnlineKey(config: Folder, role: OnlineRole, keyid: string, sealed: Buffer): Signer {
  return { keyid, privateKeyPem: open(config, `${role}\n${keyid}`, sealed) };
}
