import { type Calendar, calendarSchema, goldenRule, type Weekday } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { nextOpening, openness, when } from './calendar.ts';

const at = (text: string) => Temporal.ZonedDateTime.from(text).epochMilliseconds;
const berlin = (text: string) => at(`${text}[Europe/Berlin]`);
const rule = goldenRule('Europe/Berlin');
const night: Calendar = { ...rule, windows: [{ days: ['sunday'], from: '02:15', to: '02:45' }] };
const frozen: Calendar = {
  ...rule,
  freezes: [{ kind: 'freeze', name: 'fair', from: '2026-11-24', to: '2026-11-25' }],
};

describe('the next opening', () => {
  test.each<[string, Calendar, string, string | null]>([
    ['of a Friday evening is Tuesday morning', rule, '2026-11-20T17:30', '2026-11-24T09:00'],
    ['at the start of a window is now', rule, '2026-11-24T09:00', '2026-11-24T09:00'],
    ['just before the end is now', rule, '2026-11-24T11:59:59.999', '2026-11-24T11:59:59.999'],
    ['at the end of a window is the next one', rule, '2026-11-24T12:00', '2026-11-25T09:00'],
    ['passes over a frozen day', frozen, '2026-11-24T09:30', '2026-11-25T09:00'],
    ['is in the first of two doubled hours', night, '2026-10-25T00:00', '2026-10-25T02:15+02:00'],
    ['is in the second of them, too', night, '2026-10-25T02:50+02:00', '2026-10-25T02:15+01:00'],
    ['passes over a skipped hour', night, '2026-03-29T00:00', '2026-04-05T02:15'],
    ['never comes without windows', { ...rule, windows: [] }, '2026-11-24T09:30', null],
    [
      'never comes in a long freeze',
      { ...rule, freezes: [{ kind: 'freeze', name: 'x', from: '2020-01-01', to: '2090-01-01' }] },
      '2026-11-24T09:30',
      null,
    ],
  ])('%s', (_, calendar, from, expected) => {
    expect(nextOpening(calendar, berlin(from))).toBe(expected === null ? null : berlin(expected));
  });
});

test('the sentences name day, zone and the next opening', () => {
  expect(openness(rule, berlin('2026-11-20T17:30')).because).toBe(
    'Friday 17:30 Europe/Berlin is outside the change window (Tuesday, Wednesday 09:00–12:00). The next opening is Tue 24 Nov 09:00.',
  );
  expect(openness(frozen, berlin('2026-11-24T09:30')).because).toContain('is in the freeze "fair"');
  expect(when(berlin('2026-09-01T09:05'), 'Europe/Berlin')).toBe('Tue 1 Sep 09:05');
});

/** Zones with the weeks in which their clocks change. */
const CHANGES: ReadonlyArray<[string, string]> = [
  ['Europe/Berlin', '2026-03-27'],
  ['Europe/Berlin', '2026-10-23'],
  ['America/New_York', '2026-03-06'],
  ['America/New_York', '2026-10-30'],
  ['Australia/Lord_Howe', '2026-04-03'],
  ['Australia/Lord_Howe', '2026-10-02'],
  ['America/Santiago', '2026-09-04'],
  ['Asia/Kolkata', '2026-09-04'],
];
const DAYS: Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const clock = fc
  .tuple(fc.integer({ min: 0, max: 5 }), fc.constantFrom('00', '15', '30', '45'))
  .map(([hour, minute]) => `0${hour}:${minute}`);
const windows = fc
  .record({
    days: fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1, maxLength: 3 }),
    from: clock,
    to: clock,
  })
  .filter((window) => window.from < window.to);

/** The rule, read off the wall, one minute at a time. */
function bruteForce(calendar: Calendar, from: number, minutes: number): number | null {
  for (let step = 0; step < minutes; step++) {
    const instant = from + step * 60_000;
    const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(calendar.zone);
    const [day, time] = [
      local.toPlainDate().toString(),
      local.toPlainTime().toString({ smallestUnit: 'minute' }),
    ];
    const free = calendar.freezes.every((freeze) => day < freeze.from || day >= freeze.to);
    const inside = calendar.windows.some(
      (window) =>
        window.days.includes(DAYS[local.dayOfWeek - 1] ?? 'monday') &&
        window.from <= time &&
        time < window.to,
    );
    if (free && inside) return instant;
  }
  return null;
}

test('the next opening is the first minute that satisfies all rules, also when clocks change', () => {
  const reached = { found: 0, later: 0, clocksChanged: 0, none: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom(...CHANGES),
      fc.array(windows, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      fc.integer({ min: 0, max: 3 * 1_440 }),
      ([zone, day], given, freeze, offset) => {
        const start = Temporal.PlainDate.from(day);
        const from = start.toZonedDateTime(zone).epochMilliseconds + offset * 60_000;
        const freezes = freeze
          ? [{ name: 'x', from: start.add({ days: 1 }).toString(), to: start.add({ days: 2 }).toString() }]
          : [];
        const calendar = calendarSchema.parse({ zone, windows: given, freezes });
        const expected = bruteForce(calendar, from, 4 * 1_440);
        const found = nextOpening(calendar, from);
        if (expected === null) {
          reached.none++;
          expect(found === null || found >= from + 4 * 1_440 * 60_000).toBe(true);
          return;
        }
        expect(found).toBe(expected);
        reached.found++;
        if (expected > from) reached.later++;
        const offsetAt = (instant: number) =>
          Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).offset;
        if (offsetAt(from) !== offsetAt(expected)) reached.clocksChanged++;
      },
    ),
    { numRuns: 120, seed: 7 },
  );
  expect(reached.found).toBeGreaterThan(60);
  expect(reached.later).toBeGreaterThan(40);
  expect(reached.clocksChanged).toBeGreaterThan(10);
});
