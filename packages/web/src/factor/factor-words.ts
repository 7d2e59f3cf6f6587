import type { FactorKind } from '@tuesday/protocol';

/** What a person proved to be there with. */
export const FACTOR_WORDS: Readonly<Record<FactorKind, string>> = {
  passkey: 'passkey',
  totp: 'code',
  recovery: 'recovery code',
};

/** "passkey, code"; what there is none of is said. */
export function factorsWords(factors: readonly FactorKind[]): string {
  return factors.length === 0 ? 'no second factor' : factors.map((kind) => FACTOR_WORDS[kind]).join(', ');
}
