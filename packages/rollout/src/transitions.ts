import type { Phase, RolloutEvent } from '@tuesday/protocol';

type EventKind = RolloutEvent['kind'];

/**
 * Every way through a rollout: phase → event → next phase. What is not here cannot happen.
 * `docs/rollout-machine.md` is printed from this table.
 */
export const TRANSITIONS: Readonly<Record<Phase, Readonly<Partial<Record<EventKind, Phase>>>>> = {
  draft: { started: 'scheduled', cancelled: 'cancelled' },
  scheduled: {
    'stage-opened': 'soaking',
    'hold-out-opened': 'watching',
    halted: 'halted',
    cancelled: 'cancelled',
    'recall-started': 'recalling',
    paused: 'scheduled',
    resumed: 'scheduled',
    'slice-excluded': 'scheduled',
  },
  soaking: {
    'stage-passed': 'scheduled',
    halted: 'halted',
    'recall-started': 'recalling',
    paused: 'soaking',
    resumed: 'soaking',
    'slice-excluded': 'soaking',
  },
  watching: {
    completed: 'completed',
    halted: 'halted',
    'recall-started': 'recalling',
    paused: 'watching',
    resumed: 'watching',
  },
  // Back to the phase in which it was halted, without the slice.
  halted: { 'recall-started': 'recalling', 'slice-excluded': 'soaking' },
  recalling: { 'recall-finished': 'recalled' },
  completed: { 'recall-started': 'recalling' },
  recalled: {},
  cancelled: {},
};

/** @returns undefined when the event is not possible in the phase */
export function nextPhase(phase: Phase, event: EventKind): Phase | undefined {
  return TRANSITIONS[phase][event];
}
