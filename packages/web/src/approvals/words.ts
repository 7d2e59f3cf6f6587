/** Plain words for requests. */
import { plural, t } from '@lingui/core/macro';
import type { ApprovalView, RequestState, Subject } from '@tuesday/protocol';
import type { Tone } from '../rollouts/words.ts';

export const STATE_TONES: Readonly<Record<RequestState, Tone>> = {
  open: 'waiting',
  approved: 'good',
  used: 'good',
  withdrawn: 'calm',
  void: 'bad',
  expired: 'calm',
};

export const STATE_WORDS: Readonly<Record<RequestState, string>> = {
  open: t`waiting`,
  approved: t`approved`,
  used: t`used`,
  withdrawn: t`withdrawn`,
  void: t`void`,
  expired: t`lapsed`,
};

const SUBJECTS: Readonly<Record<Subject, string>> = {
  rollout: t`Start rollout`,
  policy: t`Change the policy`,
  unhold: t`Raise the hold of`,
  recall: t`Recall`,
};

/** "Start rollout r-1" */
export function subjectWords({ subject, object }: Pick<ApprovalView, 'subject' | 'object'>): string {
  return subject === 'policy' ? SUBJECTS.policy : `${SUBJECTS[subject]} ${object}`;
}

/** Consents that count: those that nobody has taken back. */
export function standingConsents({ consents }: Pick<ApprovalView, 'consents'>): ApprovalView['consents'] {
  return consents.filter(({ withdrawnAt }) => withdrawnAt === null);
}

/** "1 of 2 consents" */
export function countWords(approval: Pick<ApprovalView, 'consents' | 'needed'>): string {
  const { needed } = approval;
  return t`${standingConsents(approval).length} of ${needed} ${plural(needed, { one: 'consent', other: 'consents' })}`;
}

/** "alice for bob" */
export function whoWords({ by, onBehalfOf }: ApprovalView['consents'][number]): string {
  return onBehalfOf === null ? by : t`${by} for ${onBehalfOf}`;
}

/** First and last characters, as people compare them. */
export function shortDigest(digest: string): string {
  return `${digest.slice(0, 8)}…${digest.slice(-8)}`;
}
