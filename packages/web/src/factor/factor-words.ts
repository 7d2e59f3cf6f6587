import { t } from '@lingui/core/macro';
import type { FactorKind } from '@tuesday/protocol';

/** What a person proved to be there with. */
export const FACTOR_WORDS: Readonly<Record<FactorKind, string>> = {
  passkey: t`passkey`,
  totp: t`code`,
  recovery: t`recovery code`,
};

/** "passkey, code"; what there is none of is said. */
export function factorsWords(factors: readonly FactorKind[]): string {
  return factors.length === 0 ? t`no second factor` : factors.map((kind) => FACTOR_WORDS[kind]).join(', ');
}
