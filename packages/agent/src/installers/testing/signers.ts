/** Keys and certificates of somebody who signs bundles, made by openssl. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface Signer {
  readonly key: string;
  readonly certificate: string;
}

/** @param folder where the files go */
export function makeSigner(folder: string, name: string): Signer {
  const [key, certificate] = [join(folder, `${name}.key.pem`), join(folder, `${name}.pem`)];
  const usage = ['-addext', 'keyUsage=digitalSignature', '-addext', 'extendedKeyUsage=emailProtection'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      ...curve,
      '-keyout',
      key,
      '-out',
      certificate,
      '-subj',
      `/CN=${name}`,
      '-days',
      '3650',
      ...usage,
    ],
    { stdio: 'pipe' },
  );
  return { key, certificate };
}
