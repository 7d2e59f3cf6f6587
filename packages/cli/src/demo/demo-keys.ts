/**
 * The keys of the demo's two people, alice and bob, in the demo's folder. In the world each of them would keep
 * their own, and nobody a passphrase beside them.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstallTrustRequest, Instant } from '@tuesday/protocol';
import * as trust from '@tuesday/trust';

export const PEOPLE = ['alice', 'bob'] as const;
export type Person = (typeof PEOPLE)[number];

export interface DemoTrust {
  /** Text of the root metadata, which the demo's devices are made with. */
  readonly root: string;
  readonly install: InstallTrustRequest;
  /** Opens the person's targets key. */
  key(person: Person): Promise<trust.Signer>;
}

/** Makes the keys on the first run; later runs open the same ones. */
export async function openDemoTrust(folder: string, now: Instant): Promise<DemoTrust> {
  if (!existsSync(folder)) await makeKeys(folder, now);
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  const passphrase = (await read('passphrase.txt')).trim();
  const install = JSON.parse(await read('install.json')) as InstallTrustRequest;
  return {
    root: install.root,
    install,
    async key(person) {
      const key = trust.openKey(await read(`${person}.targets.key.json`), passphrase);
      if ('refused' in key) throw new Error(key.refused.because);
      return key;
    },
  };
}

/** All of them or none: a folder that was left half made is made again. */
async function makeKeys(folder: string, now: Instant): Promise<void> {
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  const write = (name: string, text: string) => writeFile(join(draft, name), text, { mode: 0o600 });
  const passphrase = randomBytes(18).toString('base64url');
  await write('passphrase.txt', `${passphrase}\n`);
  const pairs = PEOPLE.map((label) => ({ label, root: trust.generateKey(), targets: trust.generateKey() }));
  for (const { label, ...keys } of pairs) {
    for (const role of ['root', 'targets'] as const) {
      await write(`${label}.${role}.key.json`, trust.sealKey(keys[role], passphrase, { role, label }));
    }
  }
  const online = { snapshot: trust.generateKey(), timestamp: trust.generateKey() };
  const root = trust.createRoot({
    rootKeys: pairs.map((pair) => pair.root.public),
    targetsKeys: pairs.map((pair) => pair.targets.public),
    snapshotKey: online.snapshot.public,
    timestampKey: online.timestamp.public,
    now,
  });
  const targets = trust.emptyTargets({ now });
  const signatures = pairs.map((pair) => trust.signPayload(targets, pair.targets));
  const install: InstallTrustRequest = {
    root: trust.signRoot(
      root,
      pairs.map((pair) => pair.root),
    ),
    targets: trust.assemble(targets, signatures),
    online: { snapshot: onlineKey(online.snapshot), timestamp: onlineKey(online.timestamp) },
    labels: Object.fromEntries(
      pairs.flatMap(({ label, root, targets }) => [root, targets].map((key) => [key.keyid, label])),
    ),
  };
  await write('install.json', JSON.stringify(install));
  await rename(draft, folder);
}

function onlineKey({ keyid, privateKeyPem }: trust.KeyPair) {
  return { keyid, privateKeyPem };
}
