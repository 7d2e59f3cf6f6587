/**
 * The folder of `tuesday keys init`: `offline/<name>.<role>.json` sealed, one a person and role;
 * `online/<role>.json` for the server; `root.json`, `targets.json`, `labels.json`.
 */
import { mkdir, mkdtemp, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Instant, InstallTrustRequest } from '@tuesday/protocol';
import {
  assemble,
  createRoot,
  emptyTargets,
  generateKey,
  type KeyPair,
  sealKey,
  signPayload,
  signRoot,
} from '@tuesday/trust';

export interface KeyPerson {
  name: string;
  passphrase: string;
}

/**
 * All files or none: they are written beside the folder and moved there at the end.
 *
 * @returns the names of the files, below the folder
 */
export async function writeKeyFolder(dir: string, people: KeyPerson[], now: Instant): Promise<string[]> {
  const files = makeFiles(people, now);
  const target = resolve(dir);
  await mkdir(dirname(target), { recursive: true });
  const draft = await mkdtemp(join(dirname(target), '.tuesday-keys-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(draft, name)), { recursive: true, mode: 0o700 });
      await writeFile(join(draft, name), text, { mode: 0o600, flag: 'wx' });
    }
    // Only an empty folder can be removed: nothing is ever overwritten.
    await rmdir(target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  return Object.keys(files);
}

function makeFiles(people: KeyPerson[], now: Instant): Record<string, string> {
  const files: Record<string, string> = {};
  const labels: Record<string, string> = {};
  const offline = people.map((person) => ({ person, root: generateKey(), targets: generateKey() }));
  for (const { person, ...keys } of offline) {
    for (const role of ['root', 'targets'] as const) {
      const about = { role, label: person.name };
      files[`offline/${person.name}.${role}.json`] = sealKey(keys[role], person.passphrase, about);
      labels[keys[role].keyid] = person.name;
    }
  }
  const [snapshot, timestamp] = [generateKey(), generateKey()];
  const root = createRoot({
    rootKeys: offline.map(({ root }) => root.public),
    targetsKeys: offline.map(({ targets }) => targets.public),
    snapshotKey: snapshot.public,
    timestampKey: timestamp.public,
    now,
  });
  const targets = emptyTargets({ now });
  const signatures = offline.map((keys) => signPayload(targets, keys.targets));
  for (const [role, key] of Object.entries({ snapshot, timestamp })) {
    files[`online/${role}.json`] = onlineFile(key);
    labels[key.keyid] = 'server';
  }
  files['root.json'] = signRoot(
    root,
    offline.map((keys) => keys.root),
  );
  files['targets.json'] = assemble(targets, signatures);
  files['labels.json'] = `${JSON.stringify(labels, null, 2)}\n`;
  return files;
}

function onlineFile({ keyid, privateKeyPem }: KeyPair): string {
  return `${JSON.stringify({ keyid, privateKeyPem }, null, 2)}\n`;
}

/** @param read text of a file of the folder, by name */
export async function readInstallation(
  read: (name: string) => Promise<string>,
): Promise<InstallTrustRequest> {
  const json = async (name: string): Promise<unknown> => JSON.parse(await read(name));
  return {
    root: await read('root.json'),
    targets: await read('targets.json'),
    online: {
      snapshot: (await json('online/snapshot.json')) as InstallTrustRequest['online']['snapshot'],
      timestamp: (await json('online/timestamp.json')) as InstallTrustRequest['online']['timestamp'],
    },
    labels: (await json('labels.json')) as Record<string, string>,
  };
}
