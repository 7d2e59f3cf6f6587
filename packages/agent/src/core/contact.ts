/** When the device speaks to the server: check-ins with jitter and back-off, outcomes until they are heard. */
import type { CheckInAnswer, Outcome, TransportName } from '@tuesday/protocol';
import { troubleTold } from './trouble.ts';
import { frameMillis, nextFrame } from './frames.ts';
import { backOffMillis, emit, persist, refreshReport, timer, type Turn } from './turn.ts';

/** A device whose update path leads through its application is cut off as soon as that is dead. */
function reachable(turn: Turn): boolean {
  if (turn.config.updatePathIndependent) return true;
  return turn.state.application === 'running' && turn.state.health.ok;
}

export function checkInNow(turn: Turn): void {
  if (!reachable(turn)) return checkInFailed(turn);
  if (turn.changed) refreshReport(turn);
  turn.state.announcedFor = undefined;
  emit(turn, { do: 'check-in', body: turn.state.report });
}

/**
/**
 * The breaker: a device that has failed often tries once per cap, not in ever closer company with others. Where
 * the server has named a spread, attempts keep to their frames, so that the whole fleet keeps to its rate.
 */
export function checkInFailed(turn: Turn, retryAfterMillis?: number): void {
  turn.state.checkInFailures += 1;
  const wait = spreadMillis(turn) > 0 ? untilNextFrame(turn) : untilNextAttempt(turn);
  timer(turn, 'check-in', Math.max(wait, notBefore(turn, retryAfterMillis)));
}

function untilNextAttempt(turn: Turn): number {
  const { checkInBackOff, breakerAfter } = turn.config;
  const failures = turn.state.checkInFailures;
  return failures >= breakerAfter
    ? checkInBackOff.capMillis * (0.5 + turn.random())
    : backOffMillis(checkInBackOff, failures, turn.random);
}

function untilNextFrame(turn: Turn): number {
  const { checkInBackOff, breakerAfter } = turn.config;
  const pace = { ...checkInBackOff, breakerAfter };
  const millis = frameMillis(pace, turn.state.checkInFailures - 1, spreadMillis(turn));
  const { frame, waitMillis } = nextFrame(turn.state.checkInFrame, turn.now, millis, turn.random);
  turn.state.checkInFrame = frame;
  return waitMillis;
}

/** Milliseconds; 0: the server has not named one. */
export function spreadMillis(turn: Turn): number {
  return (turn.state.journal.reconnectWithinSeconds ?? 0) * 1_000;
}

/**
 * A server that sheds load is obeyed, up to the cap of the back-off: nobody can send a device away for good.
 * Devices that were told the same moment do not come at the same moment.
 */
function notBefore(turn: Turn, retryAfterMillis = 0): number {
  const bounded = Math.min(Math.max(0, retryAfterMillis), turn.config.checkInBackOff.capMillis);
  return bounded === 0 ? 0 : bounded * (1 + turn.random() / 2);
}

/** What every answer means, whatever it offers. */
export function heard(turn: Turn, answer: CheckInAnswer, transport: TransportName): void {
  const { state, config } = turn;
  state.checkInFailures = 0;
  troubleTold(turn);
  state.heardAt = turn.now;
  state.pollSeconds = answer.pollAfterSeconds;
  const { reconnectWithinSeconds } = answer;
  if (reconnectWithinSeconds !== undefined && reconnectWithinSeconds !== state.journal.reconnectWithinSeconds)
    persist(turn, { reconnectWithinSeconds });
  if (state.transport !== transport) {
    state.transport = transport;
    turn.changed = true;
  }
  const spread = 1 + config.pollSpread * (2 * turn.random() - 1);
  const poll = answer.pollAfterSeconds * 1_000 * spread;
  // An announcement that came while this check-in was under way is about something that it did not hear of.
  const { announcedFor } = state;
  timer(
    turn,
    'check-in',
    announcedFor === undefined ? poll : Math.min(poll, Math.max(0, announcedFor - turn.now)),
  );
  if (state.outcomeFailures > 0) sendOutcomes(turn);
}

export function announced(turn: Turn, withinSeconds: number): void {
  const wait = withinSeconds * 1_000 * turn.random();
  turn.state.announcedFor = turn.now + wait;
  timer(turn, 'check-in', wait);
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

export function outcomeFailed(turn: Turn, retryAfterMillis?: number): void {
  turn.state.sending = false;
  delayOutcomes(turn, retryAfterMillis);
}

function delayOutcomes(turn: Turn, retryAfterMillis?: number): void {
  turn.state.outcomeFailures += 1;
  const wait = backOffMillis(turn.config.stepBackOff, turn.state.outcomeFailures, turn.random);
  timer(turn, 'outcome', Math.max(wait, notBefore(turn, retryAfterMillis)));
}

function isSame(a: Outcome, b: Outcome): boolean {
  return a.offer === b.offer && a.kind === b.kind && a.at === b.at;
}
