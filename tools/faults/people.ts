/** Faults of the two-person rule, the watch and the broken glass. */
import { type Fault, fault } from './fault.ts';

export const PEOPLE: readonly Fault[] = [
  fault(
    'count a consent that was withdrawn',
    'consent/request.ts',
    'withdrawnAt === null && gone !== true',
    'gone !== true',
    'consent/consent',
  ),
  fault(
    'count whoever has left',
    'consent/request.ts',
    'withdrawnAt === null && gone !== true',
    'withdrawnAt === null',
    'consent/consent',
  ),
  fault(
    'count a person twice who consents for another one, too',
    'consent/request.ts',
    'if (names.some((name) => taken.has(name))) continue;',
    'if (names.every((name) => taken.has(name))) continue;',
    'consent/consent',
  ),
  fault(
    'let a clock that goes back revive a request',
    'consent/request.ts',
    'request.expiredAt !== null || now >= request.expiresAt',
    'now >= request.expiresAt',
    'consent/consent',
  ),
  fault(
    'be content with one consent fewer',
    'consent/request.ts',
    'countOf(request) >= request.needed',
    'countOf(request) + 1 >= request.needed',
    'consent/consent',
  ),
  fault(
    'forget the watch at the gate',
    'watch/needs.ts',
    'if (gate.from > first.until) return [first, gate];',
    'if (gate.from > first.until) return [first];',
    'watch/rule',
  ),
  fault(
    'take a shift of nobody for somebody',
    'watch/needs.ts',
    'shifts.filter(({ people }) => people.length > 0),',
    'shifts,',
    'watch/rule',
  ),
  fault(
    'let one who has acknowledged speak for everybody later',
    'watch/needs.ts',
    '!people.some((person) => acknowledged.has(person))',
    'acknowledged.size === 0',
    'watch/rule',
  ),
  fault(
    'let a turn win over an override',
    'watch/shifts.ts',
    'named.length > 0 ? named : turns',
    'turns.length === 0 ? named : turns',
    'watch/shifts',
  ),
  fault(
    'open although nobody watches',
    'decide.ts',
    'if (unwatched) return unwatched;',
    'if (unwatched && now < 0) return unwatched;',
    'decide',
  ),
  fault(
    'let a broken glass hold for ever',
    'decide.ts',
    'glass !== undefined && now < glass.until',
    'glass !== undefined',
    'decide',
  ),
];
