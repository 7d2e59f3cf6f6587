/** The key of the installation that signs checkpoints: `audit.key` in the data folder, made once. */
import { createPrivateKey } from 'node:crypto';
import { type KeyPair, keyPairOf } from '@tuesday/trust';
import type { Context } from '../context.ts';
import { installationKey } from '../data-folder.ts';

/** DER of an Ed25519 private key up to its 32 bytes (RFC 8410, section 7). */
const PKCS8_PREFIX = '302e020100300506032b657004220420';

/**
 * Readable by its owner only, like the key that seals: whoever reads the folder of a running server could ask that
 * server to sign anyway.
 */
export function auditKey(config: Pick<Context['config'], 'dataFolder'>): KeyPair {
  const seed = installationKey(config.dataFolder, 'audit.key');
  const key = Buffer.concat([Buffer.from(PKCS8_PREFIX, 'hex'), seed]);
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  return keyPairOf(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

export async function viewAuditKey({ config }: Pick<Context, 'config'>) {
  const { keyid, public: publicKey } = auditKey(config);
  return { keyid, publicKey: publicKey.keyval.public };
}
