/** Whose signatures under test results count. */
import type { TesterListView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { readKeyFile } from '@tuesday/trust';
import { does, group, leaf } from '../command.ts';
import { UsageFault } from '../failures.ts';
import { table, time } from '../output.ts';

export function testerGroup(): Command {
  return group('tester', 'Whose signatures under test results count in this fleet', [
    list(),
    add(),
    revoke(),
  ]);
}

function list(): Command {
  return does(leaf('list', 'The testers, and those that were', ['tester list']), async ({ client, show }) =>
    show(await client().call('listTesters'), describe),
  );
}

function add(): Command {
  return does<{ key?: string; publicKey?: string }>(
    leaf('add <name>', 'Let the signatures of a key count', [
      'tester add ci --key ci.tester.json',
      'tester add ci --public-key 3d40…',
    ])
      .option('--key <file>', 'its key file; only the public part is read and sent')
      .option('--public-key <hex>', 'its Ed25519 key, 64 hex digits'),
    async ({ client, flags, show }, name) => {
      const publicKey = publicKeyOf(flags);
      show(await client().call('addTester', { body: { name, publicKey } }), describe);
    },
  );
}

function publicKeyOf({ key, publicKey }: { key?: string; publicKey?: string }): string {
  if (publicKey !== undefined) return publicKey;
  if (key === undefined) throw new UsageFault('give --key with the key file, or --public-key');
  const file = readKeyFile(read(key));
  if ('refused' in file) throw new UsageFault(`${key}: ${file.refused.because}`);
  return file.public.keyval.public;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageFault(`${file}: cannot be read: ${(error as Error).message}`);
  }
}

function revoke(): Command {
  return does<{ because: string }>(
    leaf('revoke <name>', 'What a tester has signed does not count any more', [
      'tester revoke ci --because "the key was in a log"',
    ]).requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags, show }, name) =>
      show(
        await client().call('revokeTester', { params: { name }, body: { because: flags.because } }),
        describe,
      ),
  );
}

function describe({ testers }: TesterListView): string {
  if (testers.length === 0) return 'No tester yet: tuesday tester add.';
  return table([
    ['tester', 'key', 'since', 'revoked'],
    ...testers.map((one) => [one.name, one.keyid.slice(0, 12), time(one.addedAt), time(one.revokedAt)]),
  ]);
}
