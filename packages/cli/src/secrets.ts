/** Secrets come from the environment, a file or a hidden prompt; never from flags, which everybody can list. */
import { readFile } from 'node:fs/promises';
import { isCancel, password } from '@clack/prompts';
import { EXIT } from './exit-codes.ts';
import { EndsWith, UsageFault } from './failures.ts';

/**
 * @param fileFlag name of the flag, for the words of the error
 * @throws UsageFault when there is nowhere to take it from
 */
export async function readSecret(
  what: string,
  variable: string,
  file: string | undefined,
  fileFlag: string,
): Promise<string> {
  if (file !== undefined) return notEmpty(what, (await readFile(file, 'utf8')).replace(/\r?\n$/, ''));
  const fromEnvironment = process.env[variable];
  if (fromEnvironment !== undefined) return notEmpty(what, fromEnvironment);
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageFault(
      `error: nobody can type the ${what.toLowerCase()} here: set ${variable} or ${fileFlag}`,
    );
  }
  const typed = await password({ message: what, output: process.stderr });
  if (isCancel(typed)) throw new EndsWith(EXIT.error);
  return notEmpty(what, typed ?? '');
}

export function readPassphrase(whose: string, file: string | undefined): Promise<string> {
  return readSecret(`Passphrase of ${whose}`, 'TUESDAY_PASSPHRASE', file, '--passphrase-file');
}

function notEmpty(what: string, secret: string): string {
  if (secret === '') throw new UsageFault(`error: the ${what.toLowerCase()} is empty`);
  return secret;
}
