/** Releases that two people have signed, as most stories begin. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerProcess } from './server-process.ts';

/** Their keys, and the fleet's trust in them. */
export async function trustAliceAndBob(server: ServerProcess): Promise<void> {
  await server.tuesday('keys', 'init', '--dir', 'keys', '--names', 'alice,bob');
  await server.tuesday('keys', 'install', '--dir', 'keys');
}

/** @param more options of `tuesday release create` */
export async function publishSigned(
  server: ServerProcess,
  version: string,
  ...more: readonly string[]
): Promise<void> {
  writeFileSync(join(server.folder, 'fw'), `firmware ${version}`);
  await server.tuesday('release', 'create', '--version', version, '--artifact', 'th-2=fw', ...more);
  await signByBoth(server, version);
}

export async function signByBoth(server: ServerProcess, version: string): Promise<void> {
  for (const who of ['alice', 'bob'])
    await server.tuesday('release', 'sign', version, '--key', `keys/offline/${who}.targets.json`);
}
