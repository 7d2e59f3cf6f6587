/** The agent's core: what a device does next, as a pure function. `types.ts` is the contract. */
import type { Instant } from '@tuesday/protocol';
import {
  announced,
  checkInFailed,
  checkInNow,
  heard,
  outcomeAccepted,
  outcomeFailed,
  sendOutcomes,
} from './contact.ts';
import { stepFailed, stepRefused } from './failed-step.ts';
import {
  applicationExited,
  applicationStarted,
  healthDue,
  healthKnown,
  restartDue,
  unhealthyDue,
} from './health.ts';
import { hearInStandBy } from './stand-by.ts';
import { probationOver } from './trial.ts';
import { foundNothing, foundRecoveries, rescueDue, wellDue } from './rescue.ts';
import { beginTurn, endTurn, type Turn } from './turn.ts';
import type { Advance, AgentConfig, Input, State, TimerName } from './types.ts';
import * as update from './update.ts';
import { wake } from './wake.ts';

const NOTHING: Advance = { state: null, effects: [] };

/**
 * @param state null while the device is off; then only `woke` is heard
 * @param now milliseconds since 1970 by the device's clock; it may jump
 * @param random uniform in [0, 1); asked for jitter only
 */
export function advance(
  state: State | null,
  input: Input,
  now: Instant,
  config: AgentConfig,
  random: () => number,
): Advance {
  if (input.is === 'woke') return endTurn(wake(input, now, config, random));
  if (state === null) return NOTHING;
  const turn = beginTurn(state, now, config, random);
  hear(turn, input);
  return endTurn(turn);
}

function hear(turn: Turn, input: Exclude<Input, { is: 'woke' }>): void {
  if (turn.state.standBy !== null) return hearInStandBy(turn, input);
  switch (input.is) {
    case 'timer':
      return due(turn, input.name);
    case 'checked-in':
      heard(turn, input.answer, input.transport);
      return update.considerOffer(turn, input.answer.offer);
    case 'check-in-failed':
      return checkInFailed(turn, input.retryAfterMillis);
    case 'announced':
      return announced(turn, input.checkInWithinSeconds);
    case 'outcome-accepted':
      return outcomeAccepted(turn, input.outcome);
    case 'outcome-failed':
      return input.final ? outcomeAccepted(turn, input.outcome) : outcomeFailed(turn, input.retryAfterMillis);
    case 'neighbours':
      turn.state.relay = input.relay;
      turn.changed = true;
      return undefined;
    case 'rescue-found':
      return foundRecoveries(turn, input.candidates, input.root);
    case 'rescue-not-found':
      return foundNothing(turn);
    case 'application-started':
      return input.slot === turn.state.booted ? applicationStarted(turn) : undefined;
    case 'application-exited':
      return input.slot === turn.state.booted ? applicationExited(turn, input) : undefined;
    case 'health':
      return healthKnown(turn, input);
    case 'verified':
    case 'progress':
    case 'downloaded':
    case 'staged':
    case 'refused':
    case 'step-failed':
      return hearStep(turn, input);
  }
}

type StepInput = Extract<
  Input,
  { is: 'verified' | 'progress' | 'downloaded' | 'staged' | 'refused' | 'step-failed' }
>;

/** Results of a step count only while that step is under way, for that target. */
function hearStep(turn: Turn, input: StepInput): void {
  const { intent } = turn.state.journal;
  if (intent === null || intent.target !== input.target || !turn.state.working) return;
  switch (input.is) {
    case 'verified':
      return update.verified(turn, intent, input.signed, input.root);
    case 'progress':
      return update.toldPercent(turn, intent, input.percent, input.because);
    case 'downloaded':
      return update.downloaded(turn, intent, input.road);
    case 'staged':
      return update.staged(turn, intent);
    case 'refused':
      return stepRefused(turn, intent, input.code, input.because);
    case 'step-failed':
      return stepFailed(turn, intent, input.code, input.because);
  }
}

function due(turn: Turn, name: TimerName): void {
  switch (name) {
    case 'check-in':
      return checkInNow(turn);
    case 'outcome':
      return sendOutcomes(turn);
    case 'step':
      return turn.state.working ? update.performStep(turn) : undefined;
    case 'health':
      return healthDue(turn);
    case 'probation':
      return probationOver(turn);
    case 'restart':
      return restartDue(turn);
    case 'unhealthy':
      return unhealthyDue(turn);
    case 'rescue':
      return rescueDue(turn);
    case 'well':
      return wellDue(turn);
  }
}
