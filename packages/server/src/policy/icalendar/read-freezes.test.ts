import { readFileSync } from 'node:fs';
import { type Freeze, freezeSchema } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFreezes } from './read-freezes.ts';
import { writeCalendar } from './write.ts';

const NOW = Date.UTC(2026, 10, 20, 17, 30);
const DAY = 86_400_000;
const into = (zone: string) => ({ zone, from: NOW - 7 * DAY, to: NOW + 730 * DAY });
const file = (name: string) => readFileSync(new URL(`testing/${name}.ics`, import.meta.url), 'utf8');

function read(ics: string, zone = 'America/New_York') {
  const found = readFreezes(ics, into(zone));
  if ('refused' in found) throw new Error(found.refused.because);
  return found;
}
const lines = (freezes: readonly Freeze[]) =>
  freezes.map(({ name, from, to, rrule }) => [name, from, to, ...(rrule === undefined ? [] : [rrule])]);

describe('files in the shape of other calendars', () => {
  test('Google: all-day, a series with an exception left out and one moved, UTC, a cancelled event', () => {
    const { freezes, skipped } = read(file('google'));
    expect(lines(freezes)).toEqual([
      ['Winter shutdown, all plants', '2026-12-23', '2027-01-02'],
      ['Network maintenance', '2026-11-24T09:00', '2026-11-24T10:30'],
      ['Network maintenance (moved)', '2026-12-02T13:00', '2026-12-02T15:00'],
      ...[
        '2026-12-15',
        '2026-12-22',
        '2026-12-29',
        '2027-01-05',
        '2027-01-12',
        '2027-01-19',
        '2027-01-26',
      ].map((day) => ['Network maintenance', `${day}T09:00`, `${day}T10:30`]),
      ['Cyber Monday load', '2026-11-30T17:00', '2026-12-01T09:00'],
    ]);
    expect(skipped).toEqual(['Audit: it is cancelled']);
  });

  test('Outlook: zones by their Windows names, quoted, which the file describes', () => {
    expect(lines(read(file('outlook')).freezes)).toEqual([
      ['Inventur im Lager; nichts geht', '2026-11-24T09:00', '2026-11-24T12:00'],
      // Written out: the clocks of Europe and America change on different days.
      ['Monatsabschluss', '2026-12-01T09:00', '2026-12-01T11:00'],
      ['Monatsabschluss', '2027-01-05T09:00', '2027-01-05T11:00'],
      ['Monatsabschluss', '2027-02-02T09:00', '2027-02-02T11:00'],
      ['Heilige Drei Könige', '2027-01-06', '2027-01-07'],
    ]);
  });

  test('Apple: a yearly closing kept as its rule, floating times, a duration', () => {
    expect(lines(read(file('apple')).freezes)).toEqual([
      ['Christmas closing 🎄', '2026-12-24', '2026-12-26', 'FREQ=YEARLY'],
      ['Fire drill', '2026-11-25T09:30', '2026-11-25T10:30'],
      ['Call with the London office', '2026-11-25T09:00', '2026-11-25T11:00'],
    ]);
  });

  test('the same series stays a rule in a fleet of its own zone', () => {
    const simple = file('google')
      .replace(/EXDATE.*\r\n/, '')
      .replace(/BEGIN:VEVENT\r\nDTSTART;TZID=America\/New_York:20261202[\s\S]*?END:VEVENT\r\n/, '');
    expect(lines(read(simple).freezes)).toContainEqual([
      'Network maintenance',
      '2026-11-24T09:00',
      '2026-11-24T10:30',
      'FREQ=WEEKLY;WKST=MO;UNTIL=20270131T045959Z;BYDAY=TU',
    ]);
    // In another zone it is written out, and moves by an hour while only one of them has summer time.
    expect(lines(read(simple, 'Europe/Berlin').freezes)).toContainEqual([
      'Network maintenance',
      '2026-11-24T15:00',
      '2026-11-24T16:30',
    ]);
  });
});

const wrap = (...body: string[]) => ['BEGIN:VCALENDAR', ...body, 'END:VCALENDAR'].join('\r\n');
const event = (...body: string[]) => wrap('BEGIN:VEVENT', 'UID:1', ...body, 'END:VEVENT');

describe('a file that is malformed is refused with its line', () => {
  test.each<[string, string, string]>([
    ['an empty one', '', 'line 1: the file is empty'],
    ['no calendar', 'hello', 'line 1: "hello" is not "NAME:value"'],
    [
      'one that begins with an event',
      'BEGIN:VEVENT\nEND:VEVENT',
      'line 1: a file begins with BEGIN:VCALENDAR, not BEGIN:VEVENT',
    ],
    ['one that is cut off', file('apple').slice(0, 900), 'has no end; is the file cut off?'],
    [
      'one whose parts overlap',
      wrap('BEGIN:VEVENT', 'BEGIN:VALARM', 'END:VEVENT', 'END:VALARM'),
      'line 4: END:VEVENT closes the VALARM of line 3',
    ],
    ['an event without a beginning', event('SUMMARY:x'), 'line 2: the event has no DTSTART'],
    [
      'a day that does not exist',
      event('DTSTART;VALUE=DATE:20260230'),
      'line 4: DTSTART has no date "20260230"',
    ],
    ['an hour that does not exist', event('DTSTART:20260228T250000Z'), 'line 4: DTSTART has no date'],
    [
      'a folded line counts as its first',
      event('SUMMARY:a', ' b', 'DTSTART:20260228T100000', 'DTEND:soon'),
      'line 7: DTEND has no date "soon"',
    ],
    [
      'a zone that nobody knows',
      event('DTSTART;TZID=Mars Standard Time:20261128T100000', 'DURATION:PT1H'),
      'line 2: the zone "Mars Standard Time" is neither described in the file nor an IANA zone',
    ],
    [
      'a duration that is none',
      event('DTSTART:20261128T100000', 'DURATION:1H'),
      'line 5: "1H" is no duration',
    ],
    [
      'a rule that nobody can follow',
      event('DTSTART:20261128T100000', 'DURATION:PT1H', 'RRULE:FREQ=YEARLY;BYMONTH=13'),
      'line 6: the recurrence cannot be followed: BYMONTH must not be "13"',
    ],
    [
      'a rule by the second',
      event('DTSTART:20261128T100000', 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY'),
      'line 6: the recurrence cannot be followed: FREQ must not be "SECONDLY"',
    ],
    [
      'a zone whose clocks change by the second',
      file('apple').replace('FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3', 'FREQ=SECONDLY'),
      'line 11: the clocks of a zone',
    ],
    [
      'a zone whose rule is half gone',
      file('apple').replace('BYDAY=-1SU;BYMONTH=3', 'BYDAY'),
      'line 11: it cannot be read',
    ],
    [
      'a second beginning',
      event('DTSTART:20261128T100000', 'DTSTART:20261128T110000'),
      'line 5: a second DTSTART',
    ],
    [
      'a line without a colon',
      event('DTSTART:20261128T100000', 'SUMMARY'),
      'line 5: "SUMMARY" is not "NAME:value"',
    ],
  ])('%s', (_, ics, because) => {
    const found = readFreezes(ics, into('UTC'));
    expect('refused' in found ? found.refused : undefined).toMatchObject({
      code: 'calendar-invalid',
      field: 'ics',
    });
    expect('refused' in found ? found.refused.because : '').toContain(because);
  });

  test('a rule with exceptions that never comes ends the search', () => {
    const never = event(
      'DTSTART:20261128T100000Z',
      'DURATION:PT1H',
      'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
      'EXDATE:20261128T100000Z',
    );
    // `ical.js` takes it for the days after; closing a day too many is no harm.
    expect(read(never).freezes.length).toBeLessThan(4);
  });

  test('whatever is cut out of a file, it is read or refused, and never thrown at anybody', () => {
    const files = ['google', 'outlook', 'apple'].map(file);
    const reached = { read: 0, refused: 0 };
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.nat(),
        fc.nat({ max: 200 }),
        fc.string(),
        (ics, at, length, put) => {
          const place = at % ics.length;
          const found = readFreezes(ics.slice(0, place) + put + ics.slice(place + length), into('UTC'));
          if ('refused' in found) {
            reached.refused++;
            expect(found.refused.because).toMatch(/^line \d+: /);
          } else reached.read++;
        },
      ),
      { numRuns: 300, seed: 5 },
    );
    expect(reached.read).toBeGreaterThan(30);
    expect(reached.refused).toBeGreaterThan(100);
  });
});

const date = fc
  .integer({ min: -300, max: 900 })
  .map((day) => new Date(NOW + day * DAY).toISOString().slice(0, 10));
const time = fc
  .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }))
  .map(([hour, minute]) => `T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const wall = fc
  .tuple(date, fc.option(time, { nil: '' }))
  .map(([day, at]) => `${day}${at === 'T00:00' ? '' : at}`);
const freezes = fc.array(
  fc
    .record({
      kind: fc.constantFrom('freeze' as const, 'holiday' as const),
      name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
      from: wall,
      to: wall,
      rrule: fc.option(
        fc.constantFrom(
          'FREQ=YEARLY',
          'BYMONTH=12,1;FREQ=YEARLY',
          'FREQ=MONTHLY;BYDAY=-1FR;COUNT=5',
          'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU;UNTIL=20280101',
          'FREQ=WEEKLY;UNTIL=20271231T235959Z;WKST=SU',
        ),
        { nil: undefined },
      ),
    })
    .map(({ rrule, ...freeze }) => (rrule === undefined ? freeze : { ...freeze, rrule }))
    // What a name cannot carry through any calendar: controls and blanks at its ends.
    .filter(
      (freeze) =>
        freezeSchema.safeParse(freeze).success &&
        freeze.name === freeze.name.trim() &&
        !/\p{Cc}/u.test(freeze.name),
    ),
  { maxLength: 8 },
);

test('what is exported and imported again is the same', () => {
  const reached = { freezes: 0, recurring: 0, timed: 0 };
  fc.assert(
    fc.property(
      freezes,
      fc.constantFrom('America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'),
      (given, zone) => {
        const ics = writeCalendar({
          calendar: { zone, windows: [{ days: ['tuesday', 'sunday'], from: '09:00', to: '24:00' }] },
          freezes: given.filter(({ kind }) => kind === 'freeze'),
          holidays: given.filter(({ kind }) => kind === 'holiday'),
          stages: [{ uid: 'r-1-0', title: 'stage 1', because: 'x', from: NOW, to: NOW + DAY }],
          now: NOW,
        });
        const found = read(ics, zone);
        const sorted = [...given].sort((a, b) => Number(a.kind === 'holiday') - Number(b.kind === 'holiday'));
        expect(found.freezes).toEqual(sorted);
        expect(found.skipped).toHaveLength(2);
        reached.freezes += given.length;
        reached.recurring += given.filter((freeze) => 'rrule' in freeze).length;
        reached.timed += given.filter(({ from }) => from.length > 10).length;
      },
    ),
    { numRuns: 150, seed: 9 },
  );
  expect(reached.freezes).toBeGreaterThan(200);
  expect(reached.recurring).toBeGreaterThan(60);
  expect(reached.timed).toBeGreaterThan(60);
});

test('every line of an export is at most 75 bytes and ends with CR LF', () => {
  const ics = writeCalendar({
    calendar: { zone: 'America/New_York', windows: [{ days: ['tuesday'], from: '09:00', to: '12:00' }] },
    freezes: [{ kind: 'freeze', name: 'ä😀'.repeat(50), from: '2026-12-01', to: '2026-12-02' }],
    holidays: [],
    stages: [],
    now: NOW,
  });
  expect(ics.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  for (const line of ics.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  // The changes of the clocks go along, for readers that know no zones.
  expect(ics).toContain(
    'BEGIN:DAYLIGHT\r\nDTSTART:20270314T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400',
  );
});
