/** Plain words for entries of the audit log. */
import { t } from '@lingui/core/macro';
import type { AuditEntryView } from '@tuesday/protocol';
import { FACTOR_WORDS } from '../factor/factor-words.ts';

/** "rollout.stage-opened" becomes "rollout: stage opened". */
export function verbWords(verb: string): string {
  const [noun = verb, ...rest] = verb.split('.');
  const what = rest.join(' ').replaceAll('-', ' ');
  const words = noun.replaceAll('-', ' ');
  return what === '' ? words : `${words}: ${what}`;
}

/** "from 10.0.0.7, proved by passkey" */
export function originWords({ origin, factor }: Pick<AuditEntryView, 'origin' | 'factor'>): string {
  const from =
    origin === null
      ? t`from nowhere that is known`
      : origin === 'engine'
        ? t`by the engine itself`
        : t`from ${origin}`;
  return factor === null ? from : t`${from}, proved by ${FACTOR_WORDS[factor]}`;
}

/** "alice", or "ci (bob)" for a token that a person made. */
export function actorWords({ actor, person }: Pick<AuditEntryView, 'actor' | 'person'>): string {
  return person === null || person === actor ? actor : `${actor} (${person})`;
}
