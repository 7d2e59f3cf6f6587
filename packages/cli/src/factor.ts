/** The second factor of whoever types: the code of an authenticator, or one recovery code. */
import { createInterface } from 'node:readline';
import type { FactorProof } from '@tuesday/protocol';
import { isCancel, text } from '@clack/prompts';
import type { Command } from 'commander';
import { EXIT } from './exit-codes.ts';
import { EndsWith, UsageFault } from './failures.ts';

export type CodeProof = Exclude<FactorProof, { kind: 'passkey' }>;

export interface FactorFlags {
  code?: string;
}

/** Adds `--code`: one that was used is worth nothing, so a list of flags gives nothing away. */
export function withCode(command: Command): Command {
  return command.option(
    '--code <code>',
    'the code that your authenticator shows, or a recovery code (else TUESDAY_CODE, else it is asked for)',
  );
}

/**
 * Six digits are of an authenticator; a recovery code is longer.
 *
 * @throws UsageFault when it can be neither
 */
export function proofOf(code: string): CodeProof {
  const typed = code.trim();
  if (/^\d{3} ?\d{3}$/.test(typed)) return { kind: 'totp', code: typed.replace(' ', '') };
  if (typed.length < 8)
    throw new UsageFault('error: --code: six digits of your authenticator, or a whole recovery code');
  return { kind: 'recovery', code: typed };
}

/** @returns undefined where nobody gave one and nobody can be asked: the server says whether it wants one */
export async function findFactor({ code }: FactorFlags): Promise<CodeProof | undefined> {
  const given = code ?? process.env['TUESDAY_CODE'];
  if (given !== undefined) return proofOf(given);
  return process.stdin.isTTY && process.stderr.isTTY ? proofOf(await ask('Code')) : undefined;
}

/**
 * For acts that are nothing without one.
 *
 * @throws UsageFault when nobody gave one and nobody can be asked
 */
export async function readFactor(flags: FactorFlags): Promise<CodeProof> {
  const found = await findFactor(flags);
  if (found) return found;
  throw new UsageFault('error: nobody can type the code here: give --code, or set TUESDAY_CODE');
}

/** The first code of a new secret, which nobody can know before: typed, or the next line of the input. */
export async function readFirstCode(): Promise<string> {
  if (process.stdin.isTTY && process.stderr.isTTY) return (await ask('The code it shows')).replace(' ', '');
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return line.trim();
  }
  return '';
}

async function ask(message: string): Promise<string> {
  const typed = await text({ message, output: process.stderr });
  if (isCancel(typed)) throw new EndsWith(EXIT.error);
  return typed.trim();
}
