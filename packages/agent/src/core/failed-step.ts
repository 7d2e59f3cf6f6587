/**
 * A step of an update that did not come to its end. What could not be reached says nothing about the release: it is
 * waited for as long as the offer stands. What else goes wrong is counted, and ends the update by its name.
 */
import type { RefusalCode } from '@tuesday/protocol';
import type { Intent } from './journal.ts';
import { backOffMillis, persistIntent, timer, type Turn } from './turn.ts';
import { beforeTheLeap, end, tell, toldPercentOf } from './update.ts';

/** The network, the server or a mirror is away, or so slow that it might as well be. */
const AWAY: ReadonlySet<RefusalCode> = new Set(['download-failed', 'too-slow']);

/** Tries the step again after a back-off; a staging that failed begins with the bytes again. */
export function stepFailed(turn: Turn, intent: Intent, code: RefusalCode, because: string): void {
  if (!beforeTheLeap(intent) || !turn.state.working) return;
  if (intent.kind !== 'rescue' && intent.step !== 'staging' && AWAY.has(code)) waitFor(turn, intent, because);
  else if (!count(turn, intent, code, because)) return;
  turn.state.stepFailures += 1;
  timer(turn, 'step', backOffMillis(turn.config.stepBackOff, turn.state.stepFailures, turn.random));
}

/**
 * Nothing is counted, and nothing written. A step that was begun again after a restart has shown that it does not end
 * the agent: that it was begun is taken back, or a device that is often switched off would run out of steps.
 */
function waitFor(turn: Turn, intent: Intent, because: string): void {
  const { state } = turn;
  if (state.resumed) persistIntent(turn, { stepsTaken: Math.max(0, intent.stepsTaken - 1) });
  state.resumed = false;
  if (intent.step === 'verifying' || intent.step === 'downloading')
    tell(turn, intent, intent.step, toldPercentOf(turn), because);
}

/** @returns false when that was too often, and the update has ended */
function count(turn: Turn, intent: Intent, code: RefusalCode, because: string): boolean {
  const stepsTaken = intent.stepsTaken + 1;
  // A rescue looks around again in good time, and keeps half of its steps for the trial.
  const limit = intent.kind === 'rescue' ? turn.config.stepLimit / 2 : turn.config.stepLimit;
  if (stepsTaken > limit) {
    end(turn, intent, 'failed', code, because);
    return false;
  }
  persistIntent(turn, { stepsTaken, step: intent.step === 'staging' ? 'downloading' : intent.step });
  return true;
}

/** A step met an expected no. Nothing was touched unless the spare slot was being written. */
export function stepRefused(turn: Turn, intent: Intent, code: RefusalCode, because: string): void {
  if (!beforeTheLeap(intent) || !turn.state.working) return;
  end(turn, intent, intent.step === 'staging' ? 'failed' : 'refused', code, because);
}
