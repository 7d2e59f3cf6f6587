/** The second factor at the terminal: the code of an authenticator, from a flag or typed. */
import { isCancel, text } from '@clack/prompts';
import { type FactorProof, factorSchema } from '@tuesday/protocol';
import { EXIT } from './exit-codes.ts';
import { EndsWith, UsageFault } from './failures.ts';

export interface FactorFlags {
  code?: string;
}

/**
 * A code is worth nothing half a minute later, so it may stand in a flag.
 *
 * @throws UsageFault when it is not six digits, or nobody can type it
 */
export async function readFactor({ code }: FactorFlags): Promise<FactorProof> {
  const parsed = factorSchema.safeParse({ kind: 'totp', code: code ?? (await ask()) });
  if (!parsed.success) throw new UsageFault('error: --code: six digits, as your authenticator shows them');
  return parsed.data;
}

async function ask(): Promise<string> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UsageFault('error: nobody can type the code here: give --code');
  const typed = await text({ message: 'Code of your authenticator', output: process.stderr });
  if (isCancel(typed)) throw new EndsWith(EXIT.error);
  return (typed ?? '').trim();
}
