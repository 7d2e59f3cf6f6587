import { Temporal } from 'temporal-polyfill';
import type { Freeze } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { freezeRule } from './freezes.ts';

const at = (text: string) => Temporal.ZonedDateTime.from(text).epochMilliseconds;
const freeze = (from: string, to: string, name = 'fair', kind: Freeze['kind'] = 'freeze'): Freeze => ({
  kind,
  name,
  from,
  to,
});

describe('a freeze where the clocks change', () => {
  test.each<[string, Freeze, string, string, string]>([
    [
      'that begins in a doubled hour begins with the first reading',
      freeze('2026-10-25T02:30', '2026-10-25T04:00'),
      'Europe/Berlin',
      '2026-10-25T02:30+02:00',
      '2026-10-25T04:00+01:00',
    ],
    [
      'that ends in a doubled hour ends with the last reading',
      freeze('2026-10-25T01:00', '2026-10-25T02:30'),
      'Europe/Berlin',
      '2026-10-25T01:00+02:00',
      '2026-10-25T02:30+01:00',
    ],
    [
      'inside a doubled hour goes from the first to the last',
      freeze('2026-10-25T02:10', '2026-10-25T02:20'),
      'Europe/Berlin',
      '2026-10-25T02:10+02:00',
      '2026-10-25T02:20+01:00',
    ],
    [
      'that ends where the clock is set back to ends with the first reading',
      freeze('2026-10-25T01:00', '2026-10-25T02:00'),
      'Europe/Berlin',
      '2026-10-25T01:00+02:00',
      '2026-10-25T02:00+02:00',
    ],
    [
      'that begins in a skipped hour begins with the change',
      freeze('2026-03-29T02:30', '2026-03-29T04:00'),
      'Europe/Berlin',
      '2026-03-29T03:00+02:00',
      '2026-03-29T04:00+02:00',
    ],
    [
      'that ends in a skipped hour ends with the change',
      freeze('2026-03-29T01:00', '2026-03-29T02:30'),
      'Europe/Berlin',
      '2026-03-29T01:00+01:00',
      '2026-03-29T03:00+02:00',
    ],
    [
      'of a day whose midnight is skipped is all of it',
      freeze('2026-09-06', '2026-09-07'),
      'America/Santiago',
      '2026-09-06T01:00-03:00',
      '2026-09-07T00:00-03:00',
    ],
  ])('%s', (_, given, zone, from, to) => {
    const rule = freezeRule(zone, [given]);
    const [begin, end] = [at(`${from}[${zone}]`), at(`${to}[${zone}]`)];
    expect([begin - 1, begin, end - 1, end].map((instant) => rule.nextFrom(instant))).toEqual([
      begin - 1,
      end,
      end,
      end,
    ]);
    expect([begin - 1, begin, end - 1, end].map((instant) => rule.whyNot(instant) === null)).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(rule.holdsUntil?.(begin - 1)).toBe(begin);
  });

  test('in a skipped hour never comes', () => {
    const rule = freezeRule('Europe/Berlin', [freeze('2026-03-29T02:10', '2026-03-29T02:50')]);
    const change = at('2026-03-29T03:00+02:00[Europe/Berlin]');
    for (const instant of [change - 1, change, change + 1]) expect(rule.nextFrom(instant)).toBe(instant);
  });
});

test('thousands of freezes are stepped over as one where they touch, and each is named by its own', () => {
  const day = (number: number) => new Date(Date.UTC(2026, 10, 20 + number)).toISOString().slice(0, 10);
  const many = Array.from({ length: 4_000 }, (_, index) =>
    freeze(day(index), day(index + 1), `day ${index}`),
  );
  const rule = freezeRule('UTC', [...many].reverse());
  const start = Date.UTC(2026, 10, 20, 12);
  expect(rule.nextFrom(start)).toBe(Date.UTC(2026, 10, 20 + 4_000));
  expect(rule.whyNot(start + 1_234 * 86_400_000)).toContain('"day 1234"');
});

test('a day is known by its holiday first, and by the freezes beside it', () => {
  const rule = freezeRule('UTC', [
    freeze('2026-11-20', '2026-12-01', 'fair'),
    freeze('2026-11-26', '2026-11-27', 'Thanksgiving Day', 'holiday'),
  ]);
  const noon = Date.UTC(2026, 10, 26, 12);
  expect(rule.whyNot(noon)).toBe(
    'Thursday 26 Nov is Thanksgiving Day. Thursday 12:00 UTC is in the freeze "fair".',
  );
  expect(rule.whyNotAllDay?.(noon)).toEqual({
    sentence: 'Thursday 26 Nov is Thanksgiving Day.',
    short: 'Thursday is Thanksgiving Day',
  });
});
