/** A typed second factor: six digits of an authenticator, or a recovery code. */
import { t } from '@lingui/core/macro';
import type { FactorProof } from '@tuesday/protocol';

/** @returns the proof, or what is wrong with the text */
export function proofOf(typed: string): { proof: FactorProof } | { problem: string } {
  const code = typed.replaceAll(/\s/g, '');
  if (code === '') return { problem: t`Type the six digits that your authenticator shows now.` };
  if (/^\d{6}$/.test(code)) return { proof: { kind: 'totp', code } };
  if (/^\d+$/.test(code)) return { problem: t`A code has six digits; this has ${code.length}.` };
  return code.length < 8
    ? { problem: t`Neither six digits nor a recovery code.` }
    : { proof: { kind: 'recovery', code: typed.trim() } };
}
