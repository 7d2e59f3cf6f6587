/**
 * Stand-by: the storage takes no writes, so nothing that must be remembered may begin. The firmware runs, the
 * device reports and says what is wrong; no offer is taken, and a trial goes neither forward nor back.
 */
import type { Trouble } from '@tuesday/protocol';
import { announced, checkInFailed, checkInNow, heard } from './contact.ts';
import { applicationStarted, startApplication } from './health.ts';
import { backOffMillis, emit, reboot, refreshReport, timer, type Turn } from './turn.ts';
import type { HealthInput, Input, TimerName } from './types.ts';

/** What a device does on waking instead of resuming what it was at. */
export function beginStandBy(turn: Turn, trouble: Trouble): void {
  const { firstCheckInWithinMillis, settleMillis } = turn.config;
  turn.state.standBy = trouble;
  startApplication(turn);
  timer(turn, 'check-in', settleMillis + firstCheckInWithinMillis * turn.random());
  refreshReport(turn);
}

/** What is not named here waits until the storage works again. */
export function hearInStandBy(turn: Turn, input: Exclude<Input, { is: 'woke' }>): void {
  if (input.is === 'timer') return due(turn, input.name);
  if (input.is === 'checked-in') return heard(turn, input.answer, input.transport);
  if (input.is === 'check-in-failed') return checkInFailed(turn, input.retryAfterMillis);
  if (input.is === 'announced') return announced(turn, input.checkInWithinSeconds);
  if (input.is === 'health') return note(turn, input);
  if (input.is === 'application-started' && input.slot === turn.state.booted) return applicationStarted(turn);
  if (input.is === 'application-exited' && input.slot === turn.state.booted) return ended(turn);
}

function due(turn: Turn, name: TimerName): void {
  const { state, config } = turn;
  if (name === 'check-in') return checkInNow(turn);
  if (name === 'restart') return state.application === 'down' ? startApplication(turn) : undefined;
  if (name !== 'health' || state.application === 'down') return;
  if (state.application === 'starting') return ended(turn);
  emit(turn, { do: 'check-health' });
  if (config.healthEveryMillis > 0) timer(turn, 'health', config.healthEveryMillis);
}

function note(turn: Turn, { ok, failing = 'health', errors = [] }: HealthInput): void {
  if (turn.state.application !== 'running') return;
  turn.state.health = ok ? { ok } : { ok, failing };
  turn.state.errors = errors;
  turn.changed = true;
}

/** A version on trial that ends is left for the one that was confirmed: the boot loader sees to that. */
function ended(turn: Turn): void {
  const { state, config } = turn;
  if (state.control.trialSlot === state.booted) return reboot(turn);
  state.application = 'down';
  state.health = { ok: false, failing: 'process' };
  turn.changed = true;
  state.exits += 1;
  timer(turn, 'restart', backOffMillis(config.restartBackOff, state.exits, turn.random));
}
