/** Plain words for entries of the audit log. */
import type { AuditEntryView, FactorKind } from '@tuesday/protocol';

const FACTORS: Readonly<Record<FactorKind, string>> = {
  passkey: 'proved by passkey',
  totp: 'proved by code',
  recovery: 'proved by recovery code',
};

/** "rollout.stage-opened" becomes "rollout: stage opened". */
export function verbWords(verb: string): string {
  const [noun = verb, ...rest] = verb.split('.');
  const what = rest.join(' ').replaceAll('-', ' ');
  return what === '' ? noun : `${noun.replaceAll('-', ' ')}: ${what}`;
}

/** "from 10.0.0.7, proved by passkey" */
export function originWords({ origin, factor }: Pick<AuditEntryView, 'origin' | 'factor'>): string {
  const from = origin === null ? 'from nowhere that is known' : origin === 'engine' ? 'by the engine itself' : `from ${origin}`;
  return factor === null ? from : `${from}, ${FACTORS[factor]}`;
}

/** "alice", or "ci (bob)" for a token that a person made. */
export function actorWords({ actor, person }: Pick<AuditEntryView, 'actor' | 'person'>): string {
  return person === null || person === actor ? actor : `${actor} (${person})`;
}
