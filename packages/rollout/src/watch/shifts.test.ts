import { type Roster, rosterSchema, type Weekday } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { shiftsOf } from './shifts.ts';

const at = (text: string, zone = 'America/New_York') =>
  Temporal.ZonedDateTime.from(`${text}[${zone}]`).epochMilliseconds;
const rosterOf = (given: object) => rosterSchema.parse({ zone: 'America/New_York', rotations: [], ...given });
const weekly = { name: 'first', people: ['alice', 'bob'], from: '2026-11-23', days: 7, at: '09:00' };

const words = (roster: Roster, from: string, until: string) =>
  shiftsOf(roster, at(from), at(until)).map((shift) => {
    const local = Temporal.Instant.fromEpochMilliseconds(shift.from).toZonedDateTimeISO(roster.zone);
    return `${local.toString({ smallestUnit: 'minute', timeZoneName: 'never', offset: 'never' })} ${shift.people.join('+') || '-'}`;
  });

describe('on watch', () => {
  const cases: Array<[string, object, string, string, string[]]> = [
    [
      'is whose turn it is, handing over on the wall',
      { rotations: [weekly] },
      '2026-11-29T00:00',
      '2026-12-08T00:00',
      ['2026-11-29T00:00 alice', '2026-11-30T09:00 bob', '2026-12-07T09:00 alice'],
    ],
    [
      'is nobody before the first turn',
      { rotations: [weekly] },
      '2026-11-23T08:00',
      '2026-11-23T10:00',
      ['2026-11-23T08:00 -', '2026-11-23T09:00 alice'],
    ],
    [
      'is nobody outside the hours',
      { rotations: [{ ...weekly, hours: [{ days: ['tuesday'], from: '09:00', to: '17:00' }] }] },
      '2026-11-24T00:00',
      '2026-11-25T00:00',
      ['2026-11-24T00:00 -', '2026-11-24T09:00 alice', '2026-11-24T17:00 -'],
    ],
    [
      'are the people of all rotations',
      { rotations: [weekly, { ...weekly, name: 'second', people: ['carol'], from: '2026-11-24' }] },
      '2026-11-24T08:00',
      '2026-11-24T10:00',
      ['2026-11-24T08:00 alice', '2026-11-24T09:00 alice+carol'],
    ],
    [
      'is whom an override names, and nobody else',
      {
        rotations: [weekly],
        overrides: [{ person: 'dave', from: at('2026-11-24T12:00'), until: at('2026-11-24T13:00') }],
      },
      '2026-11-24T11:00',
      '2026-11-24T14:00',
      ['2026-11-24T11:00 alice', '2026-11-24T12:00 dave', '2026-11-24T13:00 alice'],
    ],
    [
      'is nobody where an override says so, whatever another one says',
      {
        rotations: [weekly],
        overrides: [
          { person: null, from: at('2026-11-24T12:00'), until: at('2026-11-24T13:00') },
          { person: 'dave', from: at('2026-11-24T12:30'), until: at('2026-11-24T14:00') },
        ],
      },
      '2026-11-24T11:00',
      '2026-11-24T15:00',
      ['2026-11-24T11:00 alice', '2026-11-24T12:00 -', '2026-11-24T13:00 dave', '2026-11-24T14:00 alice'],
    ],
    [
      'changes at the same time of the wall when the clocks have changed',
      { rotations: [{ ...weekly, from: '2026-10-31', days: 1 }] },
      '2026-10-31T12:00',
      '2026-11-02T12:00',
      ['2026-10-31T12:00 alice', '2026-11-01T09:00 bob', '2026-11-02T09:00 alice'],
    ],
    [
      'changes at the first of two doubled hand-overs',
      { rotations: [{ ...weekly, from: '2026-10-31', days: 1, at: '01:30' }] },
      '2026-11-01T00:00',
      '2026-11-01T12:00',
      ['2026-11-01T00:00 alice', '2026-11-01T01:30 bob'],
    ],
    [
      'changes when the wall jumps over the hand-over',
      { rotations: [{ ...weekly, from: '2026-03-07', days: 1, at: '02:30' }] },
      '2026-03-08T00:00',
      '2026-03-08T12:00',
      ['2026-03-08T00:00 alice', '2026-03-08T03:00 bob'],
    ],
    ['is nobody of an empty roster', {}, '2026-11-24T00:00', '2026-11-25T00:00', ['2026-11-24T00:00 -']],
  ];
  test.each(cases)('%s', (_, given, from, until, expected) => {
    expect(words(rosterOf(given), from, until)).toEqual(expected);
  });

  test('is nothing at all in no time', () => {
    expect(shiftsOf(rosterOf({ rotations: [weekly] }), 5, 5)).toEqual([]);
  });
});

const MINUTE = 60_000;
const DAYS: Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
/** Zones with a day on which their clocks change. */
const CHANGES: ReadonlyArray<[string, string]> = [
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['America/Santiago', '2026-09-06'],
  ['Asia/Kolkata', '2026-09-06'],
];

/** Read off the wall, one minute at a time: a turn has begun once the wall has shown its hand-over. */
function* byTheMinute(roster: Roster, from: number, until: number) {
  const reached = roster.rotations.map(() => -1);
  for (let instant = from - 2 * 1_440 * MINUTE; instant < until; instant += MINUTE) {
    const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(roster.zone);
    const [date, time] = [local.toPlainDate(), local.toPlainTime().toString({ smallestUnit: 'minute' })];
    const people = new Set<string>();
    for (const [
      index,
      { from: first, days, at: handOver, people: members, hours },
    ] of roster.rotations.entries()) {
      const gone = Temporal.PlainDate.from(first).until(date).days - (time < handOver ? 1 : 0);
      reached[index] = Math.max(reached[index] ?? -1, Math.floor(gone / days));
      const turn = reached[index] ?? -1;
      const answers =
        hours === undefined ||
        hours.some(
          (window) =>
            window.days.includes(DAYS[local.dayOfWeek - 1] ?? 'monday') &&
            window.from <= time &&
            time < window.to,
        );
      if (turn >= 0 && answers) people.add(members[turn % members.length] ?? '');
    }
    if (instant < from) continue;
    const said = roster.overrides.filter((one) => one.from <= instant && instant < one.until);
    const named = said.flatMap(({ person }) => (person === null ? [] : [person]));
    const there = said.some(({ person }) => person === null) ? [] : named.length > 0 ? named : [...people];
    yield { instant, people: [...new Set(there)].sort().join('+'), isOverridden: said.length > 0 };
  }
}

const quarter = fc
  .tuple(fc.integer({ min: 0, max: 5 }), fc.constantFrom('00', '15', '30', '45'))
  .map(([hour, minute]) => `0${hour}:${minute}`);
const hours = fc
  .record({ days: fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1 }), from: quarter, to: quarter })
  .filter((window) => window.from < window.to);
const rotation = (day: string) =>
  fc.record(
    {
      name: fc.constant('r'),
      people: fc.uniqueArray(fc.constantFrom('alice', 'bob', 'carol'), { minLength: 1, maxLength: 3 }),
      from: fc
        .integer({ min: -20, max: 1 })
        .map((days) => Temporal.PlainDate.from(day).add({ days }).toString()),
      days: fc.integer({ min: 1, max: 3 }),
      at: fc.oneof(quarter, fc.constant('24:00')),
      hours: fc.array(hours, { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: ['name', 'people', 'from', 'days', 'at'] },
  );

test('shifts cover the time without overlap and say what the wall says, minute by minute, also when clocks change', () => {
  const seen = { minutes: 0, overridden: 0, nobody: 0, several: 0, clocksChanged: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom(...CHANGES).chain(([zone, day]) =>
        fc.record({
          zone: fc.constant(zone),
          day: fc.constant(day),
          rotations: fc.array(rotation(day), { minLength: 1, maxLength: 3 }),
          overrides: fc.array(
            fc.record({
              person: fc.constantFrom('dave', 'erin', null),
              after: fc.integer({ min: -60, max: 900 }),
              minutes: fc.integer({ min: 1, max: 240 }),
            }),
            { maxLength: 3 },
          ),
        }),
      ),
      ({ zone, day, rotations, overrides }) => {
        const start = Temporal.PlainDate.from(day).subtract({ days: 1 }).toZonedDateTime(zone);
        const from = start.epochMilliseconds + 22 * 60 * MINUTE;
        const until = from + 720 * MINUTE;
        const roster = rosterSchema.parse({
          zone,
          rotations,
          overrides: overrides.map(({ person, after, minutes }) => ({
            person,
            from: from + after * MINUTE,
            until: from + (after + minutes) * MINUTE,
          })),
        });
        const shifts = shiftsOf(roster, from, until);
        expect(shifts[0]?.from).toBe(from);
        expect(shifts.at(-1)?.until).toBe(until);
        for (const [index, shift] of shifts.entries()) {
          expect(shift.from).toBeLessThan(shift.until);
          expect(shift.until).toBe(shifts[index + 1]?.from ?? until);
          if (index > 0) expect(shift.people).not.toEqual(shifts[index - 1]?.people);
        }
        for (const { instant, people, isOverridden } of byTheMinute(roster, from, until)) {
          const shift = shifts.find((one) => one.from <= instant && instant < one.until);
          if (shift?.people.join('+') !== people)
            throw new Error(`${new Date(instant).toISOString()}: ${shift?.people.join('+')}, not ${people}`);
          seen.minutes++;
          if (isOverridden) seen.overridden++;
          if (people === '') seen.nobody++;
          if (people.includes('+')) seen.several++;
        }
        const offset = (instant: number) =>
          Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).offset;
        if (offset(from) !== offset(until)) seen.clocksChanged++;
      },
    ),
    { numRuns: 40, seed: 11 },
  );
  expect(seen.minutes).toBe(40 * 720);
  expect(seen.overridden).toBeGreaterThan(2_000);
  expect(seen.nobody).toBeGreaterThan(2_000);
  expect(seen.several).toBeGreaterThan(1_000);
  expect(seen.clocksChanged).toBeGreaterThan(20);
});
