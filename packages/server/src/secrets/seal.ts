/** Secrets at rest: AES-256-GCM under a key of the installation, each bound to what it is for. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Config } from '../config.ts';
import { installationKey } from '../data-folder.ts';

/** File in the data folder. Servers on one database need the same one. */
const SECRET = 'trust.key';
const IV = 12;
const TAG = 16;

type Folder = Pick<Config, 'dataFolder'>;

/** @param purpose what it is for and whose, for instance `totp\nalice`; opening it for another purpose fails */
export function seal({ dataFolder }: Folder, purpose: string, secret: string): Buffer {
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', installationKey(dataFolder, SECRET), iv);
  cipher.setAAD(Buffer.from(purpose));
  const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
}

/** @throws Error when this installation did not seal it for this purpose, or it was changed */
export function open({ dataFolder }: Folder, purpose: string, sealed: Buffer): string {
  const key = installationKey(dataFolder, SECRET);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV), { authTagLength: TAG });
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(sealed.subarray(IV, IV + TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(IV + TAG)), decipher.final()]).toString('utf8');
  } catch (cause) {
    const [what] = purpose.split('\n');
    throw new Error(`a secret (${what}) was sealed with another ${SECRET} than the one in the data folder`, {
      cause,
    });
  }
}
