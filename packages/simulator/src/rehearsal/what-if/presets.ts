/** What-ifs that one click asks for. */
import type { Composition } from '@tuesday/protocol';
import { culpritsOf } from '../faults.ts';
import { PLAIN, type WhatIf } from './what-if.ts';

type Slice = NonNullable<WhatIf['slice']>;

/** The slice of the Friday incident. */
export const FRIDAY_SLICE: Slice = { attribute: 'broker', value: 'mosquitto 2.0.18' };

/**
 * The Friday incident: as it happened, and the same fault under the plan that was chosen.
 *
 * @param slice what the affected devices have in common, in a fleet that has no such broker
 */
export function fridayIncident(slice: Slice = FRIDAY_SLICE): readonly [WhatIf, WhatIf] {
  const fault: WhatIf = { ...PLAIN, name: 'This plan', slice };
  const happened: WhatIf = {
    ...fault,
    name: 'The Friday incident',
    start: 'friday',
    stages: 'at-once',
    bounds: null,
    // From the first device in trouble on Friday evening until the recall on Saturday at 14:00.
    people: 18,
  };
  return [happened, fault];
}

/** What the affected devices of a fleet have in common: the incident's broker where there is one. */
export function affectedSlice(composition: Composition): Slice | undefined {
  const { attribute, value } = FRIDAY_SLICE;
  const isThere = composition.cells.some(({ environment }) => environment[attribute] === value);
  return isThere ? FRIDAY_SLICE : (culpritsOf(composition).common ?? undefined);
}

const named = (name: string, change: Partial<WhatIf>): WhatIf => ({ ...PLAIN, name, ...change });

/** Other questions that people ask before they roll out. */
export function commonQuestions(slice: Slice = FRIDAY_SLICE): ReadonlyArray<WhatIf> {
  return [
    named('A good release', { harm: 'none' }),
    named('It fails slowly', { share: 0.1, after: { from: 6, to: 36 } }),
    named('Devices heal themselves', { slice, heals: 0.98 }),
    named('The server is away', { slice, down: { at: 2, hours: 6 } }),
    named('Nobody watches', { slice, people: null }),
    named('Looser bounds', { slice, bounds: 100 }),
    named('Friday evening', { slice, start: 'friday' }),
  ];
}
