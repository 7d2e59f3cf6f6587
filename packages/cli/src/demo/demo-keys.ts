/**
 * The keys of the demo's two people, alice and bob: the folder that `tuesday keys init` makes, with the
 * passphrase beside it. In the world each of them would keep their own, and nobody a passphrase with it.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstallTrustRequest, Instant } from '@tuesday/protocol';
import { openKey, type Signer } from '@tuesday/trust';
import { readInstallation, writeKeyFolder } from '../key-folder.ts';

export const PEOPLE = ['alice', 'bob'] as const;
export type Person = (typeof PEOPLE)[number];

export interface DemoTrust {
  readonly install: InstallTrustRequest;
  /** Opens the person's targets key. */
  key(person: Person): Promise<Signer>;
}

/**
 * Makes the keys on the first run; later runs open the same ones.
 *
 * @param folder of the demo; the keys come to `keys`, the passphrase to `passphrase.txt` in it
 */
export async function openDemoTrust(folder: string, now: Instant): Promise<DemoTrust> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const passphrase = await openPassphrase(join(folder, 'passphrase.txt'));
  const keys = join(folder, 'keys');
  if (!existsSync(join(keys, 'root.json'))) {
    await writeKeyFolder(
      keys,
      PEOPLE.map((name) => ({ name, passphrase })),
      now,
    );
  }
  const read = (name: string) => readFile(join(keys, name), 'utf8');
  return {
    install: await readInstallation(read),
    async key(person) {
      const key = openKey(await read(`offline/${person}.targets.json`), passphrase);
      if ('refused' in key) throw new Error(key.refused.because);
      return key;
    },
  };
}

/** Written whole before the first key is sealed with it. */
async function openPassphrase(file: string): Promise<string> {
  if (!existsSync(file)) {
    await writeFile(`${file}.new`, `${randomBytes(18).toString('base64url')}\n`, {
      mode: 0o600,
      flush: true,
    });
    await rename(`${file}.new`, file);
  }
  return (await readFile(file, 'utf8')).trim();
}
