import {
  type ChangeWindow,
  type Policy,
  type PolicyInput,
  policySchema,
  presetPolicy,
} from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WEEKDAYS } from '../calendar/local-time.ts';
import { whyNot } from '../calendar/opening-rule.ts';
import { policyRules } from '../calendar/stage-rules.ts';
import { isLooser } from './looser.ts';

const NOW = Date.UTC(2026, 10, 20, 17, 30);
const DAY = 86_400_000;
/** Without holidays and recurring freezes the calendar of a policy is what it says. */
const looser = (before: Policy, after: Policy) =>
  isLooser({ policy: before, calendar: before.calendar }, { policy: after, calendar: after.calendar }, NOW);
const golden = presetPolicy('golden-rule', 'Europe/Berlin', { country: 'DE', region: 'BY' });
const but = (change: Partial<PolicyInput>): Policy => policySchema.parse({ ...golden, ...change });
const calendar = (change: Partial<Policy['calendar']>) =>
  but({ calendar: { ...golden.calendar, ...change } });
const fair = { kind: 'freeze', name: 'fair', from: '2026-12-01', to: '2026-12-02' } as const;
const far = { kind: 'freeze', name: 'far', from: '2035-12-01', to: '2035-12-04' } as const;
const yearly = { ...fair, rrule: 'FREQ=YEARLY' };
const night = { from: '22:00', to: '06:00' };

describe('a policy is looser when', () => {
  test.each<[string, Policy, Policy, RegExp]>([
    [
      'the last stage gets a Friday',
      golden,
      presetPolicy('chapter-plan', 'Europe/Berlin', golden.holidays),
      /^The last stage could open Fri 27 Nov 09:00/,
    ],
    [
      'a window ends a minute later',
      golden,
      calendar({ windows: [{ days: ['tuesday', 'wednesday'], from: '09:00', to: '12:01' }] }),
      /^A stage could open Tue 24 Nov 12:00/,
    ],
    ['its zone moves', golden, calendar({ zone: 'Europe/London' }), /open Tue 24 Nov 11:00 .Europe.London/],
    ['a freeze goes', calendar({ freezes: [fair] }), golden, /^A stage could open Tue 1 Dec 09:00/],
    ['a freeze years away goes', calendar({ freezes: [far] }), golden, /"far" is gone/],
    [
      'a recurring freeze no longer recurs',
      calendar({ freezes: [yearly] }),
      calendar({ freezes: [fair] }),
      /"fair" is gone/,
    ],
    ['holidays are not closed', golden, but({ holidays: null }), /holidays of DE BY/],
    ['the holidays are another country’s', golden, but({ holidays: { country: 'US' } }), /holidays of DE BY/],
    [
      'devices take updates by day',
      but({ deviceHours: night }),
      but({ deviceHours: { from: '22:00', to: '06:01' } }),
      /^Devices could/,
    ],
    ['devices take updates at any hour', but({ deviceHours: night }), golden, /^Devices could/],
    ['nobody has to watch', golden, but({ watch: { required: false } }), /^Nobody would/],
    ['nobody has to say that they watch', golden, but({ watch: { acknowledged: false } }), /say so/],
    ['the watch is shorter', golden, but({ watch: { firstHours: '239m' } }), /239m instead of 4h/],
    ['the watch at the gate is shorter', golden, but({ watch: { atGate: '59m' } }), /59m instead of 1h/],
    ['a halt is escalated later', golden, but({ watch: { escalateAfter: '16m' } }), /16m instead of 15m/],
    ['fewer consents are needed', golden, but({ approvals: { needed: 0 } }), /^0 instead of 1/],
    ['anybody may consent', but({ approvals: { of: ['dave'] } }), golden, /^People could/],
    [
      'one more may consent',
      but({ approvals: { of: ['dave'] } }),
      but({ approvals: { of: ['dave', 'erin'] } }),
      /^People could/,
    ],
    ['requests stand longer', golden, but({ approvals: { expireAfter: '73h' } }), /73h instead of 72h/],
    ['a broken glass lasts longer', golden, but({ breakGlass: { lasts: '3h' } }), /3h instead of 2h/],
    [
      'an undocumented code calls people later',
      golden,
      but({ codes: { pageAfter: 4 } }),
      /at 4 devices instead of 3/,
    ],
    ['nobody owns undocumented codes', but({ codes: { owner: 'dave' } }), golden, /^Nobody would look after/],
    [
      'codes are explained to everybody',
      but({ codes: { supportPage: false } }),
      golden,
      /^Everybody could read/,
    ],
    ['a review may come later', golden, but({ breakGlass: { reviewWithin: '96h' } }), /96h instead of 72h/],
  ])('%s', (_, before, after, words) => {
    expect(looser(before, after).join(' ')).toMatch(words);
    // The other way round it is tighter, or at least not looser in the same way.
    expect(looser(after, before).join(' ')).not.toMatch(words);
  });

  test.each<[string, Policy, Policy]>([
    ['nothing changes', golden, golden],
    ['a freeze is added', golden, calendar({ freezes: [fair, far, yearly] })],
    [
      'a freeze that is over goes',
      calendar({ freezes: [{ ...fair, from: '2026-11-10', to: '2026-11-12' }] }),
      golden,
    ],
    [
      'a freeze outside the windows goes',
      calendar({ freezes: [{ ...fair, from: '2026-11-27', to: '2026-11-30' }] }),
      golden,
    ],
    ['a window is cut', golden, calendar({ windows: [{ days: ['wednesday'], from: '09:30', to: '11:00' }] })],
    [
      'a window is written in two parts',
      golden,
      calendar({
        windows: [
          { days: ['tuesday', 'wednesday'], from: '09:00', to: '10:00' },
          { days: ['wednesday', 'tuesday'], from: '10:00', to: '12:00' },
        ],
      }),
    ],
    [
      'two freezes become one',
      calendar({ freezes: [fair, { ...fair, from: '2026-12-02', to: '2026-12-03' }] }),
      calendar({ freezes: [{ ...fair, to: '2026-12-03' }] }),
    ],
    [
      'devices get shorter hours',
      but({ deviceHours: night }),
      but({ deviceHours: { from: '23:00', to: '05:00' } }),
    ],
    ['devices get hours', golden, but({ deviceHours: night })],
    ['one may not consent any more', golden, but({ approvals: { of: ['dave'] } })],
    ['more consents are needed', golden, but({ approvals: { needed: 2 } })],
  ])('but not when %s', (_, before, after) => expect(looser(before, after)).toEqual([]));
});

const time = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, '0')}:00`);
const windows: fc.Arbitrary<ChangeWindow[]> = fc.array(
  fc
    .record({
      days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1, maxLength: 7 }),
      from: time,
      to: fc.oneof(time, fc.constant('24:00')),
    })
    .filter(({ from, to }) => from < to),
  { minLength: 1, maxLength: 3 },
);
const date = (day: number) => new Date(NOW + day * DAY).toISOString().slice(0, 10);
const freezes = fc.array(
  fc.tuple(fc.integer({ min: -3, max: 300 }), fc.integer({ min: 1, max: 200 })).map(([from, days]) => ({
    kind: 'freeze' as const,
    name: 'x',
    from: date(from),
    to: date(from + days),
  })),
  { maxLength: 3 },
);
const policies = fc
  .record({
    windows,
    freezes,
    last: fc.option(windows, { nil: undefined }),
    zone: fc.constantFrom('UTC', 'Europe/Berlin'),
  })
  .map(({ windows, freezes, last, zone }) =>
    policySchema.parse({ calendar: { zone, windows, freezes, ...(last ? { lastStageWindows: last } : {}) } }),
  );

test('what is called not looser allows no instant that the policy in force does not, and the other way round', () => {
  const reached = { looser: 0, tighter: 0, sampled: 0 };
  fc.assert(
    fc.property(policies, policies, fc.boolean(), (one, other, cut) => {
      // Often a tightening: the same with freezes more, or windows fewer.
      const after = cut
        ? policySchema.parse({
            ...one,
            calendar: {
              ...one.calendar,
              freezes: [...one.calendar.freezes, ...other.calendar.freezes],
              windows: one.calendar.windows.slice(0, 2),
            },
          })
        : other;
      const reasons = looser(one, after);
      const kinds = ['ordinary', 'last'] as const;
      const rules = { before: policyRules(one.calendar), after: policyRules(after.calendar) };
      let found = 0;
      // Windows end on the hour: two weeks of hours, and an hour of every later day.
      const samples = [
        ...Array.from({ length: 336 }, (_, hour) => hour),
        ...Array.from({ length: 400 }, (_, day) => 336 + day * 25),
      ];
      for (const hour of samples) {
        const at = Math.ceil(NOW / 3_600_000) * 3_600_000 + hour * 3_600_000;
        for (const kind of kinds) {
          const allowed = (which: 'before' | 'after') => whyNot(rules[which][kind], at).length === 0;
          if (allowed('after')) reached.sampled++;
          if (allowed('after') && !allowed('before')) found++;
        }
      }
      if (found > 0) {
        reached.looser++;
        expect(reasons).not.toEqual([]);
      }
      if (reasons.length === 0) {
        reached.tighter++;
        expect(found).toBe(0);
      }
    }),
    { numRuns: 45, seed: 3 },
  );
  expect(reached.looser).toBeGreaterThan(15);
  expect(reached.tighter).toBeGreaterThan(10);
  expect(reached.sampled).toBeGreaterThan(3_000);
}, 120_000);
