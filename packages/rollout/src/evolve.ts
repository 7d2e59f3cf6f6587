import { type OrRefused, type PauseReason, refuse, type RolloutEvent, type Instant } from '@tuesday/protocol';
import type { RolloutState } from './situation.ts';
import { nextPhase } from './transitions.ts';

export function initialState(): RolloutState {
  return {
    phase: 'draft',
    stage: null,
    openedAt: {},
    passedAt: {},
    paused: [],
    startedAt: null,
    haltedAt: null,
    recallStartedAt: null,
  };
}

/**
 * The state after an event.
 *
 * @param at when the event happened, by the handed-in clock
 * @returns the refusal `wrong-phase` for what `TRANSITIONS` does not list or what is out of order
 */
export function evolve(state: RolloutState, event: RolloutEvent, at: Instant): OrRefused<RolloutState> {
  const phase = nextPhase(state.phase, event.kind);
  if (phase === undefined) return wrong(`A rollout that is ${state.phase} cannot be ${event.kind}.`);
  switch (event.kind) {
    case 'started':
      return { ...state, phase, startedAt: at };
    case 'stage-opened':
    case 'hold-out-opened':
      return openStage(state, phase, event, at);
    case 'stage-passed':
      if (event.stage !== state.stage) return wrong(`Stage ${event.stage + 1} is not the open one.`);
      return { ...state, phase, passedAt: { ...state.passedAt, [event.stage]: at } };
    case 'paused':
      return { ...state, phase, paused: withReason(state.paused, event.reason) };
    case 'resumed':
      return resume(state, phase, event);
    case 'halted':
      return { ...state, phase, haltedAt: at, haltedIn: state.phase };
    case 'slice-excluded':
      return exclude(state, phase, event);
    case 'recall-started':
      return { ...state, phase, recallStartedAt: at };
    case 'cancelled':
      if (state.stage !== null) return wrong('Devices have been offered the release; halt it instead.');
      return { ...state, phase };
    case 'recall-finished':
    case 'completed':
      return { ...state, phase };
    default:
      return event satisfies never;
  }
}

function openStage(
  state: RolloutState,
  phase: RolloutState['phase'],
  event: Extract<RolloutEvent, { kind: 'stage-opened' | 'hold-out-opened' }>,
  at: Instant,
): OrRefused<RolloutState> {
  const next = state.stage === null ? 0 : state.stage + 1;
  if (event.kind === 'stage-opened' && event.stage !== next)
    return wrong(`Stage ${event.stage + 1} cannot open; the next one is ${next + 1}.`);
  if (state.stage !== null && state.passedAt[state.stage] === undefined)
    return wrong(`Stage ${state.stage + 1} has not passed its gate.`);
  return { ...state, phase, stage: next, openedAt: { ...state.openedAt, [next]: at } };
}

function resume(
  state: RolloutState,
  phase: RolloutState['phase'],
  event: Extract<RolloutEvent, { kind: 'resumed' }>,
): RolloutState {
  const paused = state.paused.filter((reason) => reason !== event.reason);
  return event.waived === true
    ? { ...state, phase, paused, waivedStage: state.stage }
    : { ...state, phase, paused };
}

/** A halted rollout goes on where it was; what paused it for its evidence is counted anew. */
function exclude(
  state: RolloutState,
  phase: RolloutState['phase'],
  { attribute, value }: Extract<RolloutEvent, { kind: 'slice-excluded' }>,
): OrRefused<RolloutState> {
  const before = state.excluded ?? [];
  if (before.some((slice) => slice.attribute === attribute && slice.value === value))
    return wrong(`${attribute} = ${value} is excluded already.`);
  if (state.stage === null)
    return wrong('No device has been offered the release yet; change the plan instead.');
  return {
    ...state,
    phase: state.phase === 'halted' ? (state.haltedIn ?? phase) : phase,
    haltedAt: null,
    paused: state.paused.filter((reason) => reason !== 'evidence'),
    excluded: [...before, { attribute, value }],
  };
}

function withReason(reasons: readonly PauseReason[], reason: PauseReason): readonly PauseReason[] {
  return reasons.includes(reason) ? reasons : [...reasons, reason];
}

function wrong(because: string): { refused: ReturnType<typeof refuse> } {
  return { refused: refuse('wrong-phase', because) };
}
