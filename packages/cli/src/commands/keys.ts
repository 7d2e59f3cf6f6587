import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseClock, refuse, type TrustView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { RefusedHere } from '../failures.ts';
import { namesFlag } from '../flag-values.ts';
import { readInstallation, writeKeyFolder } from '../key-folder.ts';
import { say, table } from '../output.ts';
import { readPassphrase } from '../secrets.ts';

export function keysGroup(): Command {
  return group('keys', 'Keys and the root of trust', [init(), install(), list()]);
}

function init(): Command {
  return does<{ dir: string; names: string[]; passphraseFile?: string }>(
    leaf('init', 'Make the offline keys of each person, the online keys, and the first root', [
      'keys init --dir keys',
      'keys init --dir keys --names alice,bob --passphrase-file /run/secrets/passphrase',
    ])
      .requiredOption('--dir <folder>', 'new folder for keys and metadata')
      .option('--names <names>', 'people who sign, separated by commas', namesFlag, ['alice', 'bob'])
      .option('--passphrase-file <file>', 'one passphrase for all (else TUESDAY_PASSPHRASE, else asked)'),
    async ({ flags, show }) => {
      if (existsSync(flags.dir) && readdirSync(flags.dir).length > 0) {
        throw new RefusedHere(
          refuse('conflict', `${flags.dir} is not empty, and keys are never overwritten.`, {
            try: 'choose another --dir',
          }),
        );
      }
      const people = [];
      for (const name of flags.names) {
        people.push({ name, passphrase: await readPassphrase(name, flags.passphraseFile) });
      }
      const now = parseClock(process.env['TUESDAY_CLOCK']).now();
      const files = await writeKeyFolder(flags.dir, people, now);
      say('Give each person their files of offline/ and remove them here; two of them sign a release.');
      show({ dir: flags.dir, files }, ({ files }) => files.map((file) => join(flags.dir, file)).join('\n'));
    },
  );
}

function install(): Command {
  return does<{ dir: string }>(
    leaf('install', 'Install the root of trust and the online keys on the server, once', [
      'keys install --dir keys',
    ]).requiredOption('--dir <folder>', 'folder that keys init wrote'),
    async ({ client, flags, show }) => {
      const body = await readInstallation((name) => readFile(join(flags.dir, name), 'utf8'));
      show(await client().call('installTrust', { body }), describe);
      say('Devices pin root.json: hand it to them when they are made.');
    },
  );
}

function list(): Command {
  return does(
    leaf('list', 'Roles, keys, thresholds and versions on the server', ['keys list', 'keys list --json']),
    async ({ client, show }) => show(await client().call('trust'), describe),
  );
}

function describe({ installed, roles }: TrustView): string {
  if (!installed) return 'no root of trust is installed: tuesday keys init, then tuesday keys install';
  const rows = Object.entries(roles).map(([role, { version, threshold, keys, expires }]) => [
    role,
    String(version),
    `${threshold} of ${keys.length}`,
    expires,
    keys.map(({ keyid, label }) => `${label} ${keyid.slice(0, 8)}`).join(', '),
  ]);
  return table([['role', 'version', 'threshold', 'expires', 'keys'], ...rows]);
}
