/** Who is called when a rollout halts, and when they send the fleet back. */
import type { Instant, Shift } from '@tuesday/protocol';
import type { WhatIf } from './what-if.ts';

const HOUR = 3_600_000;
/** From being called to having sent the fleet back; hours. */
export const REACTION_HOURS = 0.25;

export interface Called {
  readonly people: readonly string[];
  /** Hour at which the fleet is sent back; Infinity: nobody does. */
  readonly acts: number;
  readonly because: string;
}

export interface Moments {
  readonly begins: Instant;
  /** Hours; Infinity: never. */
  readonly halted: number;
  readonly firstHarm: number;
}

export function callPeople(
  whatIf: WhatIf,
  shifts: readonly Shift[],
  { begins, halted, firstHarm }: Moments,
): Called {
  const { people, down } = whatIf;
  const ready = (hour: number) =>
    down !== null && hour >= down.at && hour < down.at + down.hours ? down.at + down.hours : hour;
  const at = begins + halted * HOUR;
  const onWatch = shifts.find((shift) => shift.from <= at && at < shift.until && shift.people.length > 0);
  const called = halted < Infinity && people !== null ? (onWatch?.people ?? []) : [];
  if (people === null) return { people: [], acts: Infinity, because: 'Nobody sends the fleet back.' };
  if (typeof people === 'number') {
    const since = halted < Infinity ? halted : firstHarm;
    if (since === Infinity)
      return { people: [], acts: Infinity, because: 'Nobody is called: nothing goes wrong.' };
    const what = halted < Infinity ? 'the halt' : 'the first device in trouble';
    return { people: called, acts: ready(since + people), because: `People act ${people} h after ${what}.` };
  }
  if (halted === Infinity)
    return { people: [], acts: Infinity, because: 'Nobody is called: nothing halts the rollout.' };
  if (onWatch)
    return {
      people: called,
      acts: ready(halted + REACTION_HOURS),
      because: `On watch at the halt: ${called.join(', ')}.`,
    };
  const next = shifts.find((shift) => shift.from > at && shift.people.length > 0);
  if (!next)
    return {
      people: [],
      acts: Infinity,
      because: 'Nobody is on watch at the halt, and no later shift is known.',
    };
  return {
    people: next.people,
    acts: ready((next.from - begins) / HOUR + REACTION_HOURS),
    because: `Nobody is on watch at the halt; next are ${next.people.join(', ')}.`,
  };
}
