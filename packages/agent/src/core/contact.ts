/** When the device speaks to the server: check-ins with jitter and back-off, outcomes until they are heard. */
import type { CheckInAnswer, Outcome, TransportName } from '@tuesday/protocol';
import { backOffMillis, emit, persist, refreshReport, timer, type Turn } from './turn.ts';

/** A device whose update path leads through its application is cut off as soon as that is dead. */
function reachable(turn: Turn): boolean {
  if (turn.config.updatePathIndependent) return true;
  return turn.state.application === 'running' && turn.state.health.ok;
}

export function checkInNow(turn: Turn): void {
  if (!reachable(turn)) return checkInFailed(turn);
  if (turn.changed) refreshReport(turn);
  emit(turn, { do: 'check-in', body: turn.state.report });
}

/** The breaker: a device that has failed often tries once per cap, not in ever closer company with others. */
export function checkInFailed(turn: Turn): void {
  const { checkInBackOff, breakerAfter } = turn.config;
  turn.state.checkInFailures += 1;
  const failures = turn.state.checkInFailures;
  timer(
    turn,
    'check-in',
    failures >= breakerAfter
      ? checkInBackOff.capMillis * (0.5 + turn.random())
      : backOffMillis(checkInBackOff, failures, turn.random),
  );
}

/** What every answer means, whatever it offers. */
export function heard(turn: Turn, answer: CheckInAnswer, transport: TransportName): void {
  const { state, config } = turn;
  state.checkInFailures = 0;
  state.heardAt = turn.now;
  state.pollSeconds = answer.pollAfterSeconds;
  if (state.transport !== transport) {
    state.transport = transport;
    turn.changed = true;
  }
  const spread = 1 + config.pollSpread * (2 * turn.random() - 1);
  timer(turn, 'check-in', answer.pollAfterSeconds * 1_000 * spread);
  if (state.outcomeFailures > 0) sendOutcomes(turn);
}

export function announced(turn: Turn, withinSeconds: number): void {
  timer(turn, 'check-in', withinSeconds * 1_000 * turn.random());
}

/** Sends the oldest outcome that has not been accepted; one at a time, so that the server hears them in order. */
export function sendOutcomes(turn: Turn): void {
  const outcome = turn.state.journal.outbox[0];
  if (outcome === undefined || turn.state.sending || turn.off) return;
  if (!reachable(turn)) return delayOutcomes(turn);
  turn.state.sending = true;
  emit(turn, { do: 'send-outcome', outcome });
}

export function outcomeAccepted(turn: Turn, outcome: Outcome): void {
  turn.state.sending = false;
  turn.state.outcomeFailures = 0;
  const { outbox } = turn.state.journal;
  const left = outbox.filter((waiting) => !isSame(waiting, outcome));
  if (left.length < outbox.length) persist(turn, { outbox: left });
  sendOutcomes(turn);
}

export function outcomeFailed(turn: Turn): void {
  turn.state.sending = false;
  delayOutcomes(turn);
}

function delayOutcomes(turn: Turn): void {
  turn.state.outcomeFailures += 1;
  timer(turn, 'outcome', backOffMillis(turn.config.stepBackOff, turn.state.outcomeFailures, turn.random));
}

function isSame(a: Outcome, b: Outcome): boolean {
  return a.offer === b.offer && a.kind === b.kind && a.at === b.at;
}
