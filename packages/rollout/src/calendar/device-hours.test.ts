import { planSchema } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { soakEndOf } from '../decide.ts';
import { initialState } from '../evolve.ts';
import { deviceTurn, type FleetHours, lengthOf, longestWait, SHORTEST_HOURS } from './device-hours.ts';
import { wallOf } from './local-time.ts';

const at = (text: string) => Temporal.ZonedDateTime.from(text).epochMilliseconds;
const night: FleetHours = { hours: { from: '22:00', to: '06:00' }, zone: 'Europe/Berlin' };
const day: FleetHours = { hours: { from: '09:00', to: '17:00' }, zone: 'Europe/Berlin' };

describe('a device', () => {
  test.each<[string, FleetHours, Record<string, string>, string, string]>([
    ['takes nothing by day', night, {}, '2026-11-24T14:05[Europe/Berlin]', '2026-11-24T22:00[Europe/Berlin]'],
    [
      'takes updates at the beginning of its hours',
      night,
      {},
      '2026-11-24T22:00[Europe/Berlin]',
      '2026-11-24T22:00[Europe/Berlin]',
    ],
    [
      'takes updates after midnight',
      night,
      {},
      '2026-11-25T05:59:59[Europe/Berlin]',
      '2026-11-25T05:59:59[Europe/Berlin]',
    ],
    [
      'takes nothing at the end of its hours',
      night,
      {},
      '2026-11-25T06:00[Europe/Berlin]',
      '2026-11-25T22:00[Europe/Berlin]',
    ],
    [
      'goes by its own clock',
      night,
      { zone: 'America/New_York' },
      '2026-11-24T14:05[Europe/Berlin]',
      '2026-11-24T22:00[America/New_York]',
    ],
    [
      'without a zone goes by the fleet’s',
      day,
      { region: 'eu' },
      '2026-11-24T08:00[Europe/Berlin]',
      '2026-11-24T09:00[Europe/Berlin]',
    ],
    [
      'with a zone that nobody knows goes by the fleet’s',
      day,
      { zone: 'Mars/Base' },
      '2026-11-24T08:00[Europe/Berlin]',
      '2026-11-24T09:00[Europe/Berlin]',
    ],
    [
      'whose hours are the whole day always may',
      { ...day, hours: { from: '00:00', to: '24:00' } },
      {},
      '2026-11-24T03:00[Europe/Berlin]',
      '2026-11-24T03:00[Europe/Berlin]',
    ],
    [
      'waits for an hour that was skipped until the next day has it',
      { ...day, hours: { from: '02:00', to: '03:00' } },
      {},
      '2026-03-29T00:30[Europe/Berlin]',
      '2026-03-30T02:00[Europe/Berlin]',
    ],
  ])('%s', (_, fleet, environment, now, expected) => {
    const turn = deviceTurn(fleet, environment, at(now));
    expect(turn.at).toBe(at(expected));
    expect(turn.whyNot === null).toBe(at(now) === at(expected));
  });

  test('is told its hours and what time it is there, and whose clock that is', () => {
    expect(deviceTurn(night, {}, at('2026-11-24T14:05[Europe/Berlin]')).whyNot).toBe(
      'This device takes updates between 22:00 and 06:00; it is 14:05 there.',
    );
    expect(deviceTurn(night, { zone: 'Mars/Base' }, at('2026-11-24T14:05[Europe/Berlin]')).whyNot).toBe(
      'This device takes updates between 22:00 and 06:00; it is 14:05 there. Its zone "Mars/Base" is unknown, so the clock of Europe/Berlin counts.',
    );
  });
});

const plan = planSchema.parse({
  name: 'p',
  release: '1.0.0',
  stages: [{ share: 1, soak: '24h', pace: '6h' }],
});
const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '30'))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
/** Weeks in which some clocks change, and one in which none does. */
const OPENINGS = [
  '2026-03-24T09:00Z',
  '2026-10-23T09:00Z',
  '2026-03-06T09:00Z',
  '2027-04-02T09:00Z',
  '2026-07-07T09:00Z',
];

test('when the soak of a stage ends, the device that came last has had it, wherever it stands', () => {
  const reached = { waited: 0, long: 0, wrapped: 0 };
  fc.assert(
    fc.property(
      clock,
      clock,
      fc.constantFrom(
        'Europe/Berlin',
        'America/New_York',
        'Australia/Lord_Howe',
        'Antarctica/Troll',
        'Asia/Kathmandu',
        'Africa/Casablanca',
      ),
      fc.constantFrom(...OPENINGS),
      fc.integer({ min: 0, max: 6 * 60 + 3 * 1_440 }),
      (from, to, zone, opening, minutes) => {
        const hours = { from, to };
        if (from === to || lengthOf(hours) < SHORTEST_HOURS) return;
        const opened =
          Temporal.Instant.from(opening).epochMilliseconds + (minutes - (minutes % 361)) * 60_000;
        const turn = opened + (minutes % 361) * 60_000;
        const offered = deviceTurn({ hours, zone }, {}, turn).at;
        const wall = wallOf(offered, zone).slice(11);
        expect(from < to ? from <= wall && wall < to : wall >= from || wall < to).toBe(true);
        const state = { ...initialState(), openedAt: { 0: opened } };
        const end = soakEndOf({ state, plan, deviceHours: hours }, 0) ?? 0;
        expect(end).toBeGreaterThanOrEqual(offered + 24 * 3_600_000);
        if (offered > turn) reached.waited++;
        if (offered - turn > longestWait(hours) - 3 * 3_600_000) reached.long++;
        if (from > to) reached.wrapped++;
      },
    ),
    { numRuns: 500, seed: 2 },
  );
  expect(reached.waited).toBeGreaterThan(100);
  expect(reached.long).toBeGreaterThan(10);
  expect(reached.wrapped).toBeGreaterThan(100);
});

test('without hours of devices a soak is as long as the plan says', () => {
  const state = { ...initialState(), openedAt: { 0: 0 } };
  expect(soakEndOf({ state, plan }, 0)).toBe(30 * 3_600_000);
  expect(soakEndOf({ state, plan, deviceHours: { from: '00:00', to: '24:00' } }, 0)).toBe(30 * 3_600_000);
  expect(soakEndOf({ state, plan, deviceHours: night.hours }, 0)).toBe((30 + 16 + 2) * 3_600_000);
});
