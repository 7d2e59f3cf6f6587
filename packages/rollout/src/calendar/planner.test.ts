import { type Calendar, type Plan, planSchema, presetPolicy } from '@tuesday/protocol';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { when } from './local-time.ts';
import type { OpeningRule } from './opening-rule.ts';
import { planCalendar } from './planner.ts';

const ZONE = 'America/New_York';
const at = (wall: string) => Temporal.ZonedDateTime.from(`${wall}[${ZONE}]`).epochMilliseconds;
const THANKSGIVING = {
  kind: 'holiday',
  name: 'Thanksgiving Day',
  from: '2026-11-26',
  to: '2026-11-27',
} as const;

/** The plan that should have been followed: 1 %, a day, 10 %, two days, everybody. */
const incident = planSchema.parse({
  name: 'thermostat 3.2.5',
  release: '3.2.5',
  stages: [
    { share: 0.01, pace: '6h', soak: '18h' },
    { share: 0.1, pace: '4h', soak: '44h' },
    { share: 1, pace: '12h', soak: '60h' },
  ],
});
const golden: Calendar = { ...presetPolicy('golden-rule', ZONE).calendar, freezes: [THANKSGIVING] };
const chapter: Calendar = { ...presetPolicy('chapter-plan', ZONE).calendar, freezes: [THANKSGIVING] };
const friday = at('2026-11-20T17:30');

const planned = (calendar: Calendar, plan: Plan = incident, start = friday) =>
  planCalendar({ plan, calendar, start });

describe('the incident’s own plan, started that Friday', () => {
  test('under the golden rule ends on a Tuesday, and says why', () => {
    const { stages, summary, finishedAt } = planned(golden);
    expect(summary).toBe(
      '1 % Tue 24 Nov 09:00, 10 % Wed 25 Nov 09:00, 100 % Tue 1 Dec 09:00, because Friday is outside the window and Thursday is Thanksgiving Day.',
    );
    expect(stages.map(({ opensAt }) => opensAt)).toEqual(
      ['2026-11-24T09:00', '2026-11-25T09:00', '2026-12-01T09:00'].map(at),
    );
    expect(finishedAt).toBe(at('2026-12-07T09:00'));
    expect(stages[0]?.passedOver.map(({ weekday }) => weekday)).toEqual([
      'Friday',
      'Saturday',
      'Sunday',
      'Monday',
    ]);
    expect(stages[1]?.passedOver).toEqual([]);
    expect(stages[2]?.passedOver).toEqual([
      {
        day: '2026-11-26',
        weekday: 'Thursday',
        because: 'Thursday 26 Nov is Thanksgiving Day. The stage before soaks until Fri 27 Nov 09:00.',
      },
      ...['Friday 27 Nov', 'Saturday 28 Nov', 'Sunday 29 Nov', 'Monday 30 Nov'].map((day, index) => ({
        day: ['2026-11-27', '2026-11-28', '2026-11-29', '2026-11-30'][index],
        weekday: day.split(' ')[0],
        because: `${day} is outside the change window (Tuesday, Wednesday 09:00–12:00).`,
      })),
    ]);
  });

  test('under the chapter’s plan ends on that Friday morning', () => {
    const { stages, summary } = planned(chapter);
    expect(summary).toBe('1 % Tue 24 Nov 09:00, 10 % Wed 25 Nov 09:00, 100 % Fri 27 Nov 09:00.');
    expect(stages[2]?.because).toBe('Fri 27 Nov 09:00, as soon as the stage before has soaked.');
  });
});

const nobody: OpeningRule = {
  name: 'watch',
  nextFrom: (from) => Math.max(from, at('2026-12-02T10:00')),
  whyNot: (from) => (from < at('2026-12-02T10:00') ? 'Nobody is on watch.' : null),
};

describe('a stage', () => {
  const opens = (calendar: Calendar, plan: Plan, start = friday) =>
    planned(calendar, plan, start).stages.map((stage) => stage.opens);
  const plan = (...windows: Array<Plan['stages'][number]['windows']>) =>
    planSchema.parse({
      ...incident,
      stages: windows.map((own, index) => ({
        share: (index + 1) / windows.length,
        soak: '24h',
        ...(own ? { windows: own } : {}),
      })),
    });
  test.each<[string, Array<string | null>, Array<string | null>]>([
    [
      'waits for its own window inside the policy’s',
      opens(golden, plan([{ days: ['wednesday'], from: '10:30', to: '18:00' }])),
      ['Wed 25 Nov 10:30'],
    ],
    [
      'never opens when its window and the policy’s do not meet',
      opens(golden, plan([{ days: ['friday'], from: '09:00', to: '12:00' }], undefined)),
      [null, null],
    ],
    [
      'opens at once inside the window',
      opens(golden, plan(undefined), at('2026-11-24T11:59')),
      ['Tue 24 Nov 11:59'],
    ],
    [
      'that is ready as the window closes waits for the next',
      opens(golden, plan(undefined), at('2026-11-24T12:00')),
      ['Wed 25 Nov 09:00'],
    ],
    [
      'passes over a freeze of the morning',
      opens(
        {
          ...golden,
          freezes: [{ kind: 'freeze', name: 'fair', from: '2026-11-24T08:00', to: '2026-11-24T10:15' }],
        },
        plan(undefined),
      ),
      ['Tue 24 Nov 10:15'],
    ],
  ])('%s', (_, actual, expected) => expect(actual).toEqual(expected));

  test('tells of the day on which two rules close a part each', () => {
    const early = { kind: 'freeze', name: 'fair', from: '2026-11-24T08:00', to: '2026-11-24T14:00' } as const;
    const { stages } = planned({ ...golden, freezes: [early] });
    expect(stages[0]?.passedOver.at(-1)?.because).toBe(
      [
        'Tuesday 00:00 America/New_York is outside the change window (Tuesday, Wednesday 09:00–12:00).',
        'Tuesday 09:00 America/New_York is in the freeze "fair".',
        'Tuesday 14:00 America/New_York is outside the change window (Tuesday, Wednesday 09:00–12:00).',
      ].join(' '),
    );
  });

  test('waits for whatever other rule it is given, in that rule’s words', () => {
    const { stages } = planCalendar({
      plan: incident,
      calendar: golden,
      start: friday,
      more: () => [nobody],
    });
    expect(stages[0]?.opens).toBe('Wed 2 Dec 10:00');
    expect(stages[0]?.passedOver.find(({ day }) => day === '2026-12-01')?.because).toBe(
      'Nobody is on watch.',
    );
  });

  test('soaks longer when devices take updates at night only', () => {
    const deviceHours = { from: '22:00', to: '06:00' };
    const { stages } = planCalendar({ plan: incident, calendar: golden, start: friday, deviceHours });
    // Sixteen hours of day, and two for a change of the clock.
    expect(when(stages[0]?.soakEndsAt ?? 0, ZONE)).toBe('Thu 26 Nov 03:00');
    expect(stages[1]?.opens).toBe('Tue 1 Dec 09:00');
  });
});
