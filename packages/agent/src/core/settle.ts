import { sendOutcomes } from './contact.ts';
import type { Intent, Journal } from './journal.ts';
import { type Told, withOutcome } from './outbox.ts';
import { persist, type Turn } from './turn.ts';

/** The last word about an offer, in one write: its outcome, and that there is nothing under way. */
export function settle(
  turn: Turn,
  offer: Pick<Intent, 'offer' | 'rollout' | 'version'>,
  told: Omit<Told, 'offer' | 'rollout'>,
  more: Partial<Journal> = {},
): void {
  const { offer: id, rollout, version } = offer;
  persist(turn, {
    ...more,
    intent: null,
    outbox: withOutcome(turn, { offer: id, rollout, ...told }),
    settled: { offer: id, kind: told.kind, at: turn.now },
    ...(told.kind === 'confirmed' ? { confirmed: { offer: id, rollout, version, unhealthy: false } } : {}),
  });
  sendOutcomes(turn);
}
