import { expect, test } from 'vitest';
import { isRefused, type Freeze } from '@tuesday/protocol';
import { MOST_OCCURRENCES, occurrencesOf, problemOf } from './recurrence.ts';

const freeze = (rrule: string, from = '2024-02-29T17:00', to = '2024-03-01T09:00') =>
  ({ kind: 'freeze', name: 'x', from, to, rrule }) as const satisfies Freeze;
const occurrences = (given: Freeze & { rrule: string }, zone = 'Europe/Berlin') => {
  const found = occurrencesOf(given, '2026-11-20T17:30', '2028-12-01T00:00', zone);
  return isRefused(found) ? found.refused.because : found.freezes.map(({ from, to }) => `${from} ${to}`);
};

test.each<[string, Freeze & { rrule: string }, readonly string[]]>([
  [
    'every year on a leap day comes in leap years',
    freeze('FREQ=YEARLY'),
    ['2028-02-29T17:00 2028-03-01T09:00'],
  ],
  [
    'the fourth Thursday of November',
    freeze('FREQ=YEARLY;BYMONTH=11;BYDAY=4TH', '2020-11-26', '2020-11-27'),
    ['2026-11-26 2026-11-27', '2027-11-25 2027-11-26', '2028-11-23 2028-11-24'],
  ],
  [
    'one that is on as the time begins counts',
    freeze('FREQ=YEARLY', '2020-11-20T12:00', '2020-11-21'),
    ['2026-11-20T12:00 2026-11-21', '2027-11-20T12:00 2027-11-21', '2028-11-20T12:00 2028-11-21'],
  ],
  [
    'a count is counted from its beginning',
    freeze('FREQ=YEARLY;COUNT=4', '2024-12-01', '2024-12-02'),
    ['2026-12-01 2026-12-02', '2027-12-01 2027-12-02'],
  ],
  [
    'the first occurrence counts although the rule does not name it',
    freeze('FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1', '2026-12-01', '2026-12-02'),
    ['2026-12-01 2026-12-02', '2027-01-01 2027-01-02', '2028-01-01 2028-01-02'],
  ],
  [
    'a last day belongs to it',
    freeze('FREQ=YEARLY;UNTIL=20271201', '2026-12-01T10:00', '2026-12-01T11:00'),
    ['2026-12-01T10:00 2026-12-01T11:00', '2027-12-01T10:00 2027-12-01T11:00'],
  ],
  [
    'a last time in UTC is read in the zone',
    freeze('FREQ=YEARLY;UNTIL=20271201T090000Z', '2026-12-01T10:00', '2026-12-01T11:00'),
    ['2026-12-01T10:00 2026-12-01T11:00', '2027-12-01T10:00 2027-12-01T11:00'],
  ],
])('%s', (_, given, expected) => expect(occurrences(given)).toEqual(expected));

test('one that recurs daily for two years is written out, one that recurs more often is refused', () => {
  expect(occurrences(freeze('FREQ=DAILY', '2026-11-21', '2026-11-21T01:00'))).toHaveLength(741);
  const found = occurrencesOf(
    freeze('FREQ=DAILY', '2020-01-01', '2020-01-02'),
    '2026-01-01T00:00',
    '2029-01-01T00:00',
    'UTC',
  );
  expect(isRefused(found) && found.refused.because).toContain(`more than ${MOST_OCCURRENCES} times`);
});

test.each([
  ['', '"" is not a part that is known'],
  ['BYDAY=MO', 'FREQ is missing'],
  ['FREQ=HOURLY', 'FREQ must not be "HOURLY"'],
  ['FREQ=DAILY;INTERVAL=0', 'INTERVAL must not be "0"'],
  ['FREQ=YEARLY;BYMONTH=0', 'BYMONTH must not be "0"'],
  ['FREQ=YEARLY;BYMONTHDAY=32', 'BYMONTHDAY must not be "32"'],
  ['FREQ=YEARLY;BYDAY=XX', 'BYDAY must not be "XX"'],
  ['FREQ=YEARLY;UNTIL=20260230', 'UNTIL must not be "20260230"'],
  ['FREQ=YEARLY;COUNT=1;UNTIL=20260201', 'COUNT and UNTIL exclude each other'],
  ['FREQ=YEARLY;FREQ=DAILY', 'FREQ stands there twice'],
  ['FREQ=YEARLY;toString=1', '"toString=1" is not a part that is known'],
])('the rule %j is refused', (rrule, problem) => expect(problemOf(rrule)).toBe(problem));
