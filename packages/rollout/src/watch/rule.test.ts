import { policySchema, goldenRule, type Roster, rosterSchema } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gapsIn, unheardIn, watchNeeds, type WatchRules } from './needs.ts';
import { type Heard, watchRule } from './rule.ts';
import { shiftsOf } from './shifts.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Wednesday 25 November 2026, 09:00 in New York. */
const NINE = Date.UTC(2026, 10, 25, 14);
const rulesOf = (watch: object): WatchRules =>
  policySchema.parse({ calendar: goldenRule('America/New_York'), watch }).watch;
const rules = rulesOf({});
const hours = [
  { days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], from: '09:00', to: '17:00' },
];
const office = rosterSchema.parse({
  zone: 'America/New_York',
  rotations: [{ name: 'r', people: ['alice', 'bob'], from: '2026-11-23', days: 2, at: '09:00', hours }],
});
const day = (openAt: number) => openAt + 24 * HOUR;
const heard = (...acknowledged: string[]): Heard => ({ acknowledged, standIns: [] });

describe('a stage needs the watch', () => {
  test.each<[string, WatchRules, number, number | null, Array<[number, number]>]>([
    [
      'in its first hours and at its gate',
      rules,
      0,
      24,
      [
        [0, 4],
        [24, 25],
      ],
    ],
    ['once where the two meet', rules, 0, 4, [[0, 5]]],
    ['once where the gate falls into the first hours', rulesOf({ firstHours: '24h' }), 0, 2, [[0, 24]]],
    ['only in its first hours where no gate follows', rules, 0, null, [[0, 4]]],
    ['never, when the rules say so', rulesOf({ required: false }), 0, 24, []],
  ])('%s', (_, given, open, end, expected) => {
    const needs = watchNeeds(given, open * HOUR, end === null ? null : end * HOUR);
    expect(needs).toEqual(expected.map(([from, until]) => ({ from: from * HOUR, until: until * HOUR })));
  });
});

describe('the sentence', () => {
  test.each<[string, number, Heard | null, string | null]>([
    ['is none while everybody is there and has said so', NINE, heard('bob', 'alice'), null],
    ['is none in a plan, that takes people at their word', NINE, null, null],
    [
      'names the hours without anybody',
      NINE + 5 * HOUR,
      heard('bob'),
      'nobody is on watch Wed 25 Nov 17:00–18:00 America/New_York.',
    ],
    [
      'names both, the first hours and the gate',
      NINE + 7.5 * HOUR,
      null,
      'nobody is on watch Wed 25 Nov 17:00–20:30 and Thu 26 Nov 17:00–17:30 America/New_York.',
    ],
    [
      'names who has not acknowledged, and since when they are on watch',
      NINE,
      heard(),
      'bob, on watch from Wed 25 Nov 09:00, has not acknowledged.',
    ],
    [
      'does not take the word of somebody whose shift it is not',
      NINE,
      heard('alice'),
      'bob, on watch from Wed 25 Nov 09:00, has not acknowledged.',
    ],
    [
      'is none when somebody stands in',
      NINE + 7.5 * HOUR,
      { acknowledged: ['carol'], standIns: ['carol'] },
      null,
    ],
  ])('%s', (_, at, said, expected) => {
    expect(watchRule(office, rules, day, said).whyNot(at)).toBe(expected);
  });

  test('names two people where both are missing', () => {
    const said = watchRule(office, rules, (at) => at + 48 * HOUR, heard()).whyNot(NINE);
    expect(said).toBe(
      'bob, on watch from Wed 25 Nov 09:00, and alice, on watch from Fri 27 Nov 09:00, have not acknowledged.',
    );
  });
});

test('a roster of nobody never lets a stage open', () => {
  const nobody = rosterSchema.parse({ zone: 'UTC', rotations: [] });
  expect(watchRule(nobody, rules, day, null).nextFrom(NINE)).toBeNull();
  expect(watchRule(nobody, rulesOf({ required: false }), day, null).nextFrom(NINE)).toBe(NINE);
});

test('a roster that begins in a year is found by a plan, and not by who looks a month ahead', () => {
  const later = rosterSchema.parse({
    zone: 'UTC',
    rotations: [{ name: 'r', people: ['alice'], from: '2027-11-25', at: '00:00' }],
  });
  const rule = watchRule(later, rules, day, null);
  expect(rule.nextFrom(NINE)).toBe(Date.UTC(2027, 10, 25));
  expect(rule.nextFrom(NINE, 28 * 24 * HOUR)).toBeNull();
});

test('when everybody is needed only the words of those who are there count', () => {
  expect(watchRule(office, rulesOf({ acknowledged: false }), day, heard()).whyNot(NINE)).toBeNull();
});

const roster = fc.record({
  zone: fc.constant('America/New_York'),
  rotations: fc.constant(office.rotations),
  overrides: fc.array(
    fc
      .record({
        person: fc.constantFrom('carol', null),
        after: fc.integer({ min: 0, max: 4 * 24 }),
        lasts: fc.integer({ min: 1, max: 40 }),
      })
      .map(({ person, after, lasts }) => ({
        person,
        from: NINE + after * 30 * MINUTE,
        until: NINE + (after + lasts) * 30 * MINUTE,
      })),
    { maxLength: 4 },
  ),
});

test('the next opening is the first minute whose every needed minute has somebody who said so', () => {
  const seen = { later: 0, now: 0, gaps: 0, unheard: 0 };
  fc.assert(
    fc.property(
      roster,
      fc.integer({ min: 0, max: 48 }),
      fc.integer({ min: 2, max: 60 }),
      fc.subarray(['alice', 'bob', 'carol']),
      fc.boolean(),
      (given: Roster, offset, soak, acknowledged, matters) => {
        const start = NINE + offset * 15 * MINUTE;
        const wants = rulesOf({ firstHours: '90m', atGate: '30m', acknowledged: matters });
        const span = soak * 15 * MINUTE;
        const rule = watchRule(given, wants, (at) => at + span, heard(...acknowledged));
        const there = byTheQuarter(given, start, start + 6 * 24 * HOUR + span);
        const fits = (at: number) =>
          watchNeeds(wants, at, at + span).every(({ from, until }) => {
            for (let minute = from; minute < until; minute += 15 * MINUTE) {
              const people = there.get(minute) ?? [];
              if (!people.some((person) => !matters || acknowledged.includes(person))) return false;
            }
            return true;
          });
        expect(rule.whyNot(start) === null).toBe(fits(start));
        let first = start;
        while (first < start + 5 * 24 * HOUR && !fits(first)) first += 15 * MINUTE;
        const found = rule.nextFrom(start);
        if (first < start + 5 * 24 * HOUR) expect(found).toBe(first);
        else expect(found === null || found >= first).toBe(true);
        if (first === start) seen.now++;
        else seen.later++;
        const said = rule.whyNot(start) ?? '';
        if (said.startsWith('nobody')) seen.gaps++;
        if (said.includes('acknowledged')) seen.unheard++;
      },
    ),
    { numRuns: 150, seed: 3 },
  );
  expect(seen.now).toBeGreaterThan(10);
  expect(seen.later).toBeGreaterThan(60);
  expect(seen.gaps).toBeGreaterThan(30);
  expect(seen.unheard).toBeGreaterThan(10);
});

/** Everything in this roster begins and ends on quarters of an hour. */
function byTheQuarter(given: Roster, from: number, until: number): Map<number, string[]> {
  const there = new Map<number, string[]>();
  for (const shift of shiftsOf(given, from, until))
    for (let at = shift.from; at < shift.until; at += 15 * MINUTE) there.set(at, shift.people);
  return there;
}

test('gaps and unheard stretches are exactly the minutes without anybody, and without anybody who said so', () => {
  const stretch = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 20 }));
  let missing = 0;
  let silent = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 10 }), fc.subarray(['a', 'b'])), { maxLength: 8 }),
      fc.array(stretch, { minLength: 1, maxLength: 1 }),
      fc.subarray(['a', 'b']),
      (lengths, intervals, acknowledged) => {
        let at = 5;
        const shifts = lengths.map(([length, people]) => ({ from: at, until: (at += length), people }));
        const wanted = intervals.map(([from, length]) => ({ from, until: from + length }));
        const inside = (spans: ReadonlyArray<{ from: number; until: number }>, minute: number) =>
          spans.some(({ from, until }) => from <= minute && minute < until);
        const gaps = gapsIn(shifts, wanted);
        const unheard = unheardIn(shifts, wanted, new Set(acknowledged));
        for (let minute = 0; minute < 90; minute++) {
          const people = shifts.find(({ from, until }) => from <= minute && minute < until)?.people ?? [];
          const isWanted = inside(wanted, minute);
          expect(inside(gaps, minute)).toBe(isWanted && people.length === 0);
          const isUnheard = people.length > 0 && !people.some((person) => acknowledged.includes(person));
          expect(inside(unheard, minute)).toBe(isWanted && isUnheard);
          if (isWanted && people.length === 0) missing++;
          if (isWanted && isUnheard) silent++;
        }
      },
    ),
    { numRuns: 300, seed: 5 },
  );
  expect(missing).toBeGreaterThan(500);
  expect(silent).toBeGreaterThan(200);
});
