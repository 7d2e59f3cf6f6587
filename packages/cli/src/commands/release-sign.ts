/** `release sign`: what a person signs is read from the bytes themselves, not from what the server says. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { refuse, type SigningView } from '@tuesday/protocol';
import {
  compareTargets,
  headOf,
  openKey,
  readKeyFile,
  signPayload,
  type TargetEntry,
  verifyMetadata,
} from '@tuesday/trust';
import type { Command } from 'commander';
import { does, leaf } from '../command.ts';
import { RefusedHere } from '../failures.ts';
import { say, table } from '../output.ts';
import { readPassphrase } from '../secrets.ts';
import { baseOf, clientOf, reach, type Session } from '../session.ts';

export function releaseSign(): Command {
  return does<{ key: string; passphraseFile?: string; root?: string }>(
    leaf('sign <version>', 'Show what a release adds, check it and sign it with one key', [
      'release sign 3.2.5 --key keys/offline/alice.targets.json',
    ])
      .requiredOption('--key <file>', 'sealed targets key of one person')
      .option('--passphrase-file <file>', 'file with the passphrase (else TUESDAY_PASSPHRASE, else asked)')
      .option('--root <file>', 'root.json to check the published metadata with (else the one near the key)'),
    async ({ session, flags, show }, version) => {
      const text = await readFile(flags.key, 'utf8');
      const about = orThrow(readKeyFile(text));
      if (about.role !== 'targets') {
        throw new RefusedHere(
          refuse('unknown-key', `${flags.key} is a ${about.role} key; releases need targets keys.`),
        );
      }
      const asked = session();
      const client = clientOf(asked);
      const signing = await client.call('viewSigning', { params: { version } });
      const published = await fetchPublished(asked, signing, flags.root ?? nearRoot(flags.key));
      const added = checkPayload(version, signing, published);
      say(`Release ${version} adds to what devices may run:`);
      say(
        table(added.map((entry) => ['  +', entry.path, `${entry.size} bytes`, entry.sha256, facts(entry)])),
      );

      const key = orThrow(openKey(text, await readPassphrase(about.label, flags.passphraseFile)));
      const body = { ...signPayload(signing.payload, key), targetsVersion: signing.targetsVersion };
      const release = await client.call('addSignature', { params: { version }, body });
      const { have, need } = release.signatures;
      say(release.state === 'published' ? 'Published.' : 'Another person must sign with another key.');
      show(release, () => `${have.length} of ${need} signatures`);
    },
  );
}

function orThrow<T extends object>(result: T | { refused: ConstructorParameters<typeof RefusedHere>[0] }): T {
  if ('refused' in result) throw new RefusedHere(result.refused);
  return result;
}

/** The targets that devices trust now, checked against the signer's own copy of the root. */
async function fetchPublished(
  session: Session,
  signing: SigningView,
  root: string | undefined,
): Promise<string> {
  const before = versionOf(signing.payload) - 1;
  // Whoever signs for a fleet reads its metadata as themselves.
  const response = await reach(`${baseOf(session)}/device/v1/trust/metadata/${before}.targets.json`, {
    headers: { authorization: `Bearer ${session.token}` },
  });
  if (!response.ok)
    throw new Error(`the server does not serve targets version ${before} (${response.status})`);
  const published = await response.text();
  if (root === undefined) {
    say('No root.json near the key: that nothing else changes is the word of the server.');
  } else {
    orThrow(verifyMetadata(await readFile(root, 'utf8'), 'targets', published));
  }
  return published;
}

function versionOf(payload: string): number {
  try {
    const { type, version } = headOf(payload);
    if (type === 'targets') return version;
    throw unfit(`The payload is ${type} metadata, not targets.`);
  } catch (error) {
    if (error instanceof RefusedHere) throw error;
    throw unfit(`The payload cannot be signed: ${(error as Error).message}.`);
  }
}

/** Beside the key or one folder up, as `keys init` lays it out. */
function nearRoot(key: string): string | undefined {
  const folder = dirname(resolve(key));
  return [join(folder, 'root.json'), join(folder, '..', 'root.json')].find((file) => existsSync(file));
}

/** @throws RefusedHere when the payload does anything but add the artifacts of this release */
export function checkPayload(version: string, signing: SigningView, published: string): TargetEntry[] {
  const { added, removed, changed } = compare(published, signing.payload);
  const wrong = [...removed.map((path) => `takes ${path} away`), ...changed.map((path) => `changes ${path}`)];
  for (const { path, custom } of added) {
    if (!path.startsWith(`${version}/`) || custom.version !== version) wrong.push(`adds ${path}`);
  }
  if (wrong.length > 0) throw unfit(`The payload ${wrong.join(', ')}.`);
  const said = signing.adds.map(({ target, size, sha256 }) => `${target} ${size} ${sha256}`).sort();
  const read = added.map(({ path, size, sha256 }) => `${path} ${size} ${sha256}`).sort();
  if (said.join('\n') !== read.join('\n'))
    throw unfit('The payload does not add what the server says it adds.');
  if (added.length === 0) throw unfit('The payload adds nothing.');
  return added;
}

function compare(published: string, payload: string) {
  try {
    return compareTargets(published, payload);
  } catch (error) {
    throw unfit(`The payload cannot be signed: ${(error as Error).message}.`);
  }
}

function unfit(because: string): RefusedHere {
  return new RefusedHere(
    refuse('metadata-invalid', because, { try: 'do not sign; find out who changed the server' }),
  );
}

function facts({ custom }: TargetEntry): string {
  const wayBack = custom.wayBack ? `way back ${custom.wayBack.version}` : 'no way back';
  const recovery = custom.recovery === true ? ', RECOVERY: one person may ship it alone' : '';
  return `${wayBack}, security version ${custom.securityVersion}${recovery}`;
}
