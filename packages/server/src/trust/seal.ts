/** Online private keys at rest: AES-256-GCM under a key of the installation, bound to role and key id. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Signer } from '@tuesday/trust';
import type { Config } from '../config.ts';
import { installationKey } from '../data-folder.ts';

export type OnlineRole = 'snapshot' | 'timestamp';

/** File in the data folder. Servers on one database need the same one. */
const SECRET = 'trust.key';
const IV = 12;
const TAG = 16;

export function sealOnlineKey(config: Pick<Config, 'dataFolder'>, role: OnlineRole, key: Signer): Buffer {
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', installationKey(config.dataFolder, SECRET), iv);
  cipher.setAAD(Buffer.from(`${role}\n${key.keyid}`));
  const body = Buffer.concat([cipher.update(key.privateKeyPem, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
}

/** @throws Error when this installation did not seal it, or it was changed */
export function openOnlineKey(
  config: Pick<Config, 'dataFolder'>,
  role: OnlineRole,
  keyid: string,
  sealed: Buffer,
): Signer {
  const decipher = createDecipheriv(
    'aes-256-gcm',
    installationKey(config.dataFolder, SECRET),
    sealed.subarray(0, IV),
    { authTagLength: TAG },
  );
  decipher.setAAD(Buffer.from(`${role}\n${keyid}`));
  decipher.setAuthTag(sealed.subarray(IV, IV + TAG));
  try {
    const pem = Buffer.concat([decipher.update(sealed.subarray(IV + TAG)), decipher.final()]);
    return { keyid, privateKeyPem: pem.toString('utf8') };
  } catch (cause) {
    throw new Error(`the ${role} key was sealed with another ${SECRET} than the one in the data folder`, {
      cause,
    });
  }
}
