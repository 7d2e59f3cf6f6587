import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  follow,
  type Followed,
  type FollowedFacts,
  type FollowTimes,
  installWithinOf,
  NOT_FOLLOWED,
  silencesOf,
} from './follow.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const OPEN = 1_000 * HOUR;
const at = (now: number, change: Partial<FollowTimes> = {}): FollowTimes => ({
  now,
  openedAt: OPEN,
  silences: silencesOf(45 * MINUTE),
  installWithin: installWithinOf(45 * MINUTE),
  ...change,
});
const facts = (change: Partial<FollowedFacts> = {}): FollowedFacts => ({
  lastSeen: OPEN,
  troubleAt: null,
  metricAt: null,
  readyAt: null,
  attemptFailed: false,
  out: false,
  ...change,
});
const enrolled: Followed = { ...NOT_FOLLOWED, enrolledAt: OPEN };
const entered: Followed = { ...enrolled, enteredAt: OPEN + 10 * MINUTE };

test.each<[string, Followed, FollowedFacts, FollowTimes, string]>([
  [
    'who has not been heard since the stage opened is in neither arm',
    NOT_FOLLOWED,
    facts({ lastSeen: OPEN - 1 }),
    at(OPEN + 9 * HOUR),
    '',
  ],
  ['the first contact enrols', NOT_FOLLOWED, facts(), at(OPEN), 'attempted'],
  [
    'the first contact after the install enters',
    enrolled,
    facts({ readyAt: OPEN + 1, lastSeen: OPEN + 2 }),
    at(OPEN + 2),
    'entered',
  ],
  [
    'a contact before it does not',
    enrolled,
    facts({ readyAt: OPEN + 2, lastSeen: OPEN + 1 }),
    at(OPEN + 2),
    '',
  ],
  ['an attempt that failed is lost', enrolled, facts({ attemptFailed: true }), at(OPEN + 1), 'not-installed'],
  ['an attempt that is not heard for an hour is lost', enrolled, facts(), at(OPEN + HOUR), 'not-installed'],
  ['one that is still heard is not', enrolled, facts({ lastSeen: OPEN + HOUR }), at(OPEN + HOUR), ''],
  [
    'trouble after the entry counts',
    entered,
    facts({ troubleAt: OPEN + 11 * MINUTE, lastSeen: OPEN + 11 * MINUTE }),
    at(OPEN + 11 * MINUTE),
    'trouble',
  ],
  [
    'trouble before it does not',
    entered,
    facts({ troubleAt: OPEN + 9 * MINUTE, lastSeen: OPEN + 11 * MINUTE }),
    at(OPEN + 11 * MINUTE),
    '',
  ],
  [
    'silence counts from the last contact',
    entered,
    facts({ lastSeen: OPEN + 20 * MINUTE }),
    at(OPEN + 65 * MINUTE),
    'silence-1',
  ],
  [
    'and not a millisecond earlier',
    entered,
    facts({ lastSeen: OPEN + 20 * MINUTE }),
    at(OPEN + 65 * MINUTE - 1),
    '',
  ],
  [
    'long silence counts in every channel that it reaches',
    entered,
    facts({ lastSeen: OPEN + 20 * MINUTE }),
    at(OPEN + 9 * HOUR),
    'silence-1 silence-2 silence-3',
  ],
  [
    'silence does not count from before the server could hear',
    entered,
    facts({ lastSeen: OPEN + 20 * MINUTE }),
    at(OPEN + 9 * HOUR, { hearingSince: OPEN + 8.9 * HOUR }),
    '',
  ],
  [
    'who leaves leaves every channel without an event',
    { ...entered, trouble: true, silences: 1 },
    facts({ out: true, lastSeen: OPEN + 20 * MINUTE }),
    at(OPEN + 21 * MINUTE),
    'metric-left silence-2-left silence-3-left',
  ],
  ['who leaves before the entry just leaves', enrolled, facts({ out: true }), at(OPEN + 1), ''],
])('%s', (_, device, known, times, expected) => {
  expect(follow(device, known, times).tallies.join(' ')).toBe(expected);
});

const moment = fc.integer({ min: 0, max: 12 * 60 }).map((minute) => OPEN + minute * MINUTE);
const someFacts: fc.Arbitrary<FollowedFacts> = fc.record({
  lastSeen: fc.option(moment),
  troubleAt: fc.option(moment),
  metricAt: fc.option(moment),
  readyAt: fc.option(moment),
  attemptFailed: fc.boolean(),
  out: fc.boolean(),
});

test('whatever is known, each thing counts once in a device’s life, and the same moment again counts nothing', () => {
  const reached = new Map<string, number>();
  fc.assert(
    fc.property(fc.array(fc.tuple(someFacts, fc.nat(400)), { minLength: 1, maxLength: 12 }), (steps) => {
      let device = NOT_FOLLOWED;
      let now = OPEN;
      const counted: string[] = [];
      for (const [known, minutes] of steps) {
        now += minutes * MINUTE;
        const past = { ...known, lastSeen: known.lastSeen === null ? null : Math.min(known.lastSeen, now) };
        const { device: next, tallies } = follow(device, past, at(now));
        expect(follow(next, past, at(now)).tallies).toEqual([]);
        counted.push(...tallies);
        device = next;
      }
      expect(new Set(counted).size).toBe(counted.length);
      for (const event of ['trouble', 'metric', 'silence-1', 'silence-2', 'silence-3']) {
        if (counted.includes(event)) expect(counted).toContain('entered');
        expect(counted.includes(event) && counted.includes(`${event}-left`)).toBe(false);
      }
      for (const tally of counted) reached.set(tally, (reached.get(tally) ?? 0) + 1);
    }),
    { numRuns: 3_000, seed: 21 },
  );
  for (const tally of [
    'attempted',
    'entered',
    'not-installed',
    'trouble',
    'silence-1',
    'silence-3',
    'metric-left',
  ])
    expect(reached.get(tally) ?? 0, tally).toBeGreaterThan(20);
});
