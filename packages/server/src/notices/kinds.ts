/** What each kind of notice is: how it begins, whether it calls people, and what they do next. */
import type { NoticeKind } from '@tuesday/protocol';
import type { NoticeChannelsTable } from '../db/schema.ts';

interface Kind {
  /** First word of the subject. */
  readonly tag: string;
  /** What to do, in words and as a command; '' where there is nothing to do. */
  readonly next: string;
  /** calls: somebody has to come now, so pager services hear of it. loud: goes to every channel. */
  readonly calls?: true;
  readonly loud?: true;
}

export const KINDS: Readonly<Record<NoticeKind, Kind>> = {
  halted: {
    tag: 'HALTED',
    next: 'Look at it, and say that you are at it: tuesday rollout acknowledge <id>.',
    calls: true,
  },
  'halt-unacknowledged': {
    tag: 'NOBODY ANSWERS',
    next: 'Whoever reads this first: tuesday rollout acknowledge <id>.',
    calls: true,
    loud: true,
  },
  paused: { tag: 'PAUSED', next: 'No new offers until a person has looked: tuesday rollout view <id>.' },
  'gate-passed': { tag: 'PASSED', next: '' },
  'stage-opened': { tag: 'OPENED', next: '' },
  'recall-started': { tag: 'RECALL', next: 'The devices go back by themselves: tuesday rollout watch <id>.' },
  'approval-wanted': { tag: 'CONSENT WANTED', next: 'Read it and decide: tuesday approval list.' },
  'glass-broken': {
    tag: 'GLASS BROKEN',
    next: 'Another person must close the review: tuesday break-glass list.',
    calls: true,
    loud: true,
  },
  'review-overdue': {
    tag: 'REVIEW OVERDUE',
    next: 'Another person must close it: tuesday break-glass list.',
  },
  'watch-wanted': { tag: 'WATCH WANTED', next: 'tuesday watch status <id> shows who and when.' },
  'new-value': {
    tag: 'NEW IN THE FLEET',
    next: 'Test the releases there: tuesday matrix plan takes it in by itself.',
  },
  'unknown-code': {
    tag: 'UNKNOWN CODE',
    next: 'Find out what it means, and write it down: tuesday codes document <id>.',
  },
  'unknown-code-spreads': {
    tag: 'UNKNOWN CODE SPREADS',
    next: 'Look at it now, and write down what is known: tuesday codes document <id>.',
    calls: true,
    loud: true,
  },
  test: { tag: 'TEST', next: 'Nothing to do: somebody tests this channel.' },
};

type Channel = Pick<NoticeChannelsTable, 'by' | 'kinds'>;

/** Pager services call people: they get what calls, whatever else they are set to. */
export function isPager({ by }: Pick<Channel, 'by'>): boolean {
  return by === 'pagerduty' || by === 'opsgenie';
}

export function wants(channel: Channel, kind: NoticeKind): boolean {
  const { calls, loud } = KINDS[kind];
  if (loud) return true;
  if (isPager(channel) && !calls) return false;
  return channel.kinds.length === 0 || channel.kinds.includes(kind);
}
