import { type CheckIn, PROTOCOL, type Slot, type Trouble } from '@tuesday/protocol';
import { UNKNOWN_FACTS } from './journal.ts';
import type { AgentConfig, State } from './types.ts';

/** What a report is made of. */
export type Reportable = Pick<
  State,
  | 'journal'
  | 'control'
  | 'booted'
  | 'health'
  | 'excused'
  | 'errors'
  | 'metrics'
  | 'transport'
  | 'trouble'
  | 'standBy'
  | 'relay'
>;

/**
 * The body of a check-in: keys in the order of the schema, attributes sorted, nothing that moves by itself.
 * A device with nothing new to say says the same bytes.
 */
export function checkInBody(state: Reportable, config: Pick<AgentConfig, 'agent' | 'hardware'>): CheckIn {
  const { journal, control } = state;
  return {
    protocol: PROTOCOL,
    agent: config.agent,
    hardware: config.hardware,
    active: state.booted,
    slots: { a: slotBody(journal.slots.a), b: slotBody(journal.slots.b) },
    bootAttempts: control.trialSlot === null ? 0 : control.attempts,
    health: healthBody(state),
    errors: [...new Set(state.errors)].sort().slice(0, 32),
    environment: sorted(journal.environment),
    transport: state.transport,
    updates: journal.updates,
    rolledBackFrom: journal.rolledBackFrom,
    root: journal.root,
    ...(state.metrics === undefined ? {} : { metrics: sorted(state.metrics) }),
    ...troubleBody(state),
    ...(state.relay === undefined ? {} : { relay: state.relay }),
  };
}

function healthBody({ health, excused }: Reportable): CheckIn['health'] {
  const { ok, failing } = health;
  return {
    ok,
    ...(ok || failing === undefined ? {} : { failing: failing.slice(0, 120) }),
    ...(excused.length === 0 ? {} : { excused: excused.slice(0, 8) }),
  };
}

/** A storage that fails comes first, then a rescue, and what is told once before what stands. */
function troubleBody({ journal, trouble, standBy }: Reportable): { trouble?: Trouble[] } {
  const storage = standBy === null ? [] : [standBy];
  const { rescue } = journal;
  const lost = rescue === undefined ? [] : [{ code: 'in-rescue', because: rescue.because } as const];
  const all = [...storage, ...lost, ...(journal.trouble ?? []), ...trouble].slice(0, 4);
  return all.length === 0 ? {} : { trouble: all };
}

/** The version that runs now. */
export function runningVersion(state: Pick<Reportable, 'journal' | 'booted'>): string {
  return state.journal.slots[state.booted].version ?? UNKNOWN_FACTS.version;
}

function slotBody(slot: Slot): Slot {
  return slot.version === undefined ? { state: slot.state } : { state: slot.state, version: slot.version };
}

function sorted<V>(facts: Readonly<Record<string, V>>): Record<string, V> {
  return Object.fromEntries(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
