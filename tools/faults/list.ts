/** Everything that is planted in the pure part, one at a time. */
import { CALENDAR } from './calendar.ts';
import type { Fault } from './fault.ts';
import { JUDGE } from './judge.ts';
import { PARITY } from './parity.ts';
import { PEOPLE } from './people.ts';

export const FAULTS: readonly Fault[] = [...JUDGE, ...CALENDAR, ...PEOPLE, ...PARITY];
