import type { ErrorCode, Outcome, OutcomeKind, RefusalCode, RolloutId } from '@tuesday/protocol';
import { runningVersion } from './check-in-body.ts';
import type { Journal } from './journal.ts';
import type { Turn } from './turn.ts';

const OUTBOX_LIMIT = 16;

export interface Told {
  readonly offer: string;
  readonly rollout: RolloutId;
  readonly kind: OutcomeKind;
  readonly because: string;
  readonly code?: RefusalCode | undefined;
  readonly errorCode?: ErrorCode | undefined;
  readonly bootAttempts?: number;
  /** Absent: what runs now. */
  readonly running?: string;
}

/** The outbox with one more outcome; the oldest goes when it is full. The caller persists it. */
export function withOutcome(turn: Turn, told: Told): Journal['outbox'] {
  const outcome: Outcome = {
    protocol: 1,
    offer: told.offer,
    rollout: told.rollout,
    kind: told.kind,
    running: told.running ?? runningVersion(turn.state),
    ...(told.code === undefined ? {} : { code: told.code }),
    ...(told.errorCode === undefined ? {} : { errorCode: told.errorCode }),
    because: told.because.slice(0, 500),
    bootAttempts: told.bootAttempts ?? 0,
    at: turn.now,
    ...roadOf(turn, told.offer),
  };
  return [...overtaken(turn.state.journal.outbox, outcome), outcome].slice(-OUTBOX_LIMIT);
}

/** Of the update under way, if it is the one that is told of. */
function roadOf({ state }: Turn, offer: string): Pick<Outcome, 'road'> {
  const { intent } = state.journal;
  return intent?.offer !== offer || intent.road === undefined ? {} : { road: intent.road };
}

/**
 * The device runs what it ran before, although nothing was decided about the version it tried: what was not
 * heard of that yet must not be said any more.
 *
 * @returns what an intent and a journal change; nothing when all was heard
 */
export function unsaid(
  turn: Turn,
  offer: string,
): { intent: { installed?: false }; journal: Partial<Journal> } {
  const { outbox } = turn.state.journal;
  const left = outbox.filter((waiting) => waiting.offer !== offer || waiting.kind !== 'installed');
  if (left.length === outbox.length) return { intent: {}, journal: {} };
  return { intent: { installed: false }, journal: { outbox: left } };
}

/** `installed` that was not heard before the device went back would claim what no longer runs. */
function overtaken(outbox: Journal['outbox'], by: Outcome): Journal['outbox'] {
  if (by.kind !== 'rolled-back') return outbox;
  return outbox.filter((waiting) => waiting.offer !== by.offer || waiting.running === by.running);
}
