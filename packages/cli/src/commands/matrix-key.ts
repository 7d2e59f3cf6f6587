import { writeFile } from 'node:fs/promises';
import { type Tester, testerSchema } from '@tuesday/protocol';
import { generateKey, sealKey } from '@tuesday/trust';
import type { Command } from 'commander';
import { does, leaf } from '../command.ts';
import { UsageFault } from '../failures.ts';
import { say } from '../output.ts';
import { readPassphrase } from '../secrets.ts';

export function matrixKeyCommand(): Command {
  return does<{ name: string; out: string; passphraseFile?: string }>(
    leaf('key', 'Make the key of a tester: of a person, or of a machine that tests', [
      'matrix key --name lab-1 --out lab-1.tester.json',
    ])
      .requiredOption('--name <name>', 'name of the tester, as people know it')
      .requiredOption('--out <file>', 'new file for the sealed key')
      .option('--passphrase-file <file>', 'passphrase (else TUESDAY_PASSPHRASE, else asked)'),
    async ({ flags, show }) => {
      const key = generateKey();
      const parsed = testerSchema.safeParse({
        name: flags.name,
        keyid: key.keyid,
        publicKey: key.public.keyval.public,
      });
      if (!parsed.success) throw new UsageFault(`--name: ${parsed.error.issues[0]?.message}`);
      const passphrase = await readPassphrase(flags.name, flags.passphraseFile);
      const sealed = sealKey(key, passphrase, { role: 'tester', label: flags.name });
      await writeFile(flags.out, sealed, { mode: 0o600, flag: 'wx' }).catch((cause: unknown) => {
        throw new UsageFault(`--out: ${flags.out} cannot be written: ${(cause as Error).message}`);
      });
      say(`So that its signatures count in a fleet: tuesday tester add ${flags.name} --key ${flags.out}`);
      show(
        parsed.data,
        ({ name, keyid, publicKey }: Tester) => `${name}\nkeyid ${keyid}\npublic key ${publicKey}`,
      );
    },
  );
}
