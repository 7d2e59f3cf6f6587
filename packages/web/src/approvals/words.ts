/** Plain words for requests. */
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
  open: 'waiting',
  approved: 'approved',
  used: 'used',
  withdrawn: 'withdrawn',
  void: 'void',
  expired: 'lapsed',
};

const SUBJECTS: Readonly<Record<Subject, string>> = {
  rollout: 'Start rollout',
  policy: 'Change the policy',
  unhold: 'Raise the hold of',
  recall: 'Recall',
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
  return `${standingConsents(approval).length} of ${needed} ${needed === 1 ? 'consent' : 'consents'}`;
}

/** "alice for bob" */
export function whoWords({ by, onBehalfOf }: ApprovalView['consents'][number]): string {
  return onBehalfOf === null ? by : `${by} for ${onBehalfOf}`;
}

/** First and last characters, as people compare them. */
export function shortDigest(digest: string): string {
  return `${digest.slice(0, 8)}…${digest.slice(-8)}`;
}
