import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { addPerson, type TestPerson } from '../testing/people.ts';
import { eventFile, file, GOOGLE, OPSGENIE, PAGERDUTY } from './testing/calendars.ts';

let plane: TestPlane;
let alice: TestPerson;

beforeAll(async () => {
  plane = await testPlane();
  alice = await addPerson(plane, 'alice', ['operator']);
  await addPerson(plane, 'bob', ['operator']);
  await addPerson(plane, 'al', ['operator']);
  await plane.database.pool.query(
    `UPDATE installation.people SET display = 'Alice Smith' WHERE person = 'alice'`,
  );
});
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(() =>
  alice.client.call('setRoster', {
    body: { roster: { zone: 'America/New_York', rotations: [] }, because: 'a test' },
  }),
);

const take = (ics: string) => alice.client.call('importRoster', { body: { ics, because: 'a test' } });

/** "alice 2026-11-24T14:00Z/2026-12-01T14:00Z" */
async function overrides(): Promise<string[]> {
  const { roster } = await alice.client.call('viewRoster');
  const text = (at: number) =>
    Temporal.Instant.fromEpochMilliseconds(at).toString({ smallestUnit: 'minute' });
  return (roster.overrides ?? []).map((one) => `${one.person} ${text(one.from)}/${text(one.until)}`);
}

describe('the schedule of', () => {
  test.each<[string, string, string[], string[]]>([
    [
      'PagerDuty',
      PAGERDUTY,
      ['alice 2026-11-24T14:00Z/2026-12-01T14:00Z'],
      ['line 14, "On Call - Zoe Unknown - Primary": it names nobody of this organisation', '1 event is over'],
    ],
    [
      'Opsgenie',
      OPSGENIE,
      ['bob 2026-11-24T08:00Z/2026-11-25T08:00Z'],
      ['line 15, "Smith, Alice and bob": it names alice and bob'],
    ],
    [
      'Google Calendar',
      GOOGLE,
      [
        'alice 2026-11-24T14:00Z/2026-11-24T22:00Z',
        'bob 2026-12-09T15:00Z/2026-12-09T16:00Z',
        'alice 2026-12-15T14:00Z/2026-12-15T22:00Z',
        'bob 2026-12-25T05:00Z/2026-12-26T05:00Z',
      ],
      [],
    ],
  ])('%s becomes overrides', async (_, ics, expected, skipped) => {
    expect(await take(ics)).toEqual({ imported: expected.length, skipped });
    expect(await overrides()).toEqual(expected);
  });

  test('a calendar replaces what it said before, and nothing else', async () => {
    const own = { person: 'bob', from: plane.clock.time, until: plane.clock.time + 1 };
    await alice.client.call('setRoster', {
      body: { roster: { zone: 'UTC', rotations: [], overrides: [own] }, because: 'a test' },
    });
    await take(OPSGENIE);
    await take(PAGERDUTY);
    await take(PAGERDUTY.replace('20261201T140000Z', '20261130T140000Z'));
    expect(await overrides()).toEqual([
      'bob 2026-11-24T09:00Z/2026-11-24T09:00Z',
      'bob 2026-11-24T08:00Z/2026-11-25T08:00Z',
      'alice 2026-11-24T14:00Z/2026-11-30T14:00Z',
    ]);
  });
});

describe('an event', () => {
  const local = 'DTSTART:20261124T090000';
  test.each<[string, string, string[]]>([
    [
      'without a zone is meant in the roster’s',
      eventFile(local, 'DTEND:20261124T100000'),
      ['alice 2026-11-24T14:00Z/2026-11-24T15:00Z'],
    ],
    [
      'with a length instead of an end has one',
      eventFile(local, 'DURATION:PT2H'),
      ['alice 2026-11-24T14:00Z/2026-11-24T16:00Z'],
    ],
    [
      'of a whole day without an end lasts a day',
      eventFile('DTSTART;VALUE=DATE:20261124'),
      ['alice 2026-11-24T05:00Z/2026-11-25T05:00Z'],
    ],
    ['that takes no time is none', eventFile(local), []],
    ['that was cancelled is none', eventFile(local, 'DTEND:20261124T100000', 'STATUS:CANCELLED'), []],
    [
      'in a zone that the file describes is meant there',
      GOOGLE.replaceAll('America/New_York', 'Custom Eastern').replace(
        /BEGIN:VEVENT[\s\S]*?RECURRENCE-ID/,
        'BEGIN:VEVENT\r\nDTSTART;TZID=Custom Eastern:20261209T100000\r\nDTEND;TZID=Custom Eastern:20261209T110000\r\nX-WAS',
      ),
      ['bob 2026-12-09T15:00Z/2026-12-09T16:00Z', 'bob 2026-12-25T05:00Z/2026-12-26T05:00Z'],
    ],
    [
      'that recurs without end is written out for half a year',
      eventFile(local, 'DTEND:20261124T100000', 'RRULE:FREQ=MONTHLY'),
      [
        'alice 2026-11-24T14:00Z/2026-11-24T15:00Z',
        'alice 2026-12-24T14:00Z/2026-12-24T15:00Z',
        'alice 2027-01-24T14:00Z/2027-01-24T15:00Z',
        'alice 2027-02-24T14:00Z/2027-02-24T15:00Z',
        'alice 2027-03-24T13:00Z/2027-03-24T14:00Z',
        'alice 2027-04-24T13:00Z/2027-04-24T14:00Z',
        'alice 2027-05-24T13:00Z/2027-05-24T14:00Z',
      ],
    ],
    [
      'names a person only by a whole word',
      eventFile(local, 'DTEND:20261124T100000').replace('SUMMARY:alice', 'SUMMARY:malice'),
      [],
    ],
  ])('%s', async (_, ics, expected) => {
    await take(ics);
    expect(await overrides()).toEqual(expected);
  });
});

describe('a file is refused, and nothing is taken from it, when', () => {
  const good = [
    'BEGIN:VEVENT',
    'UID:2',
    'SUMMARY:bob',
    'DTSTART:20261124T090000Z',
    'DTEND:20261124T100000Z',
    'END:VEVENT',
  ];
  test.each<[string, string, RegExp, string]>([
    ['it is no calendar', 'hello', /^line 1: /, 'calendar-invalid'],
    ['it is cut off', PAGERDUTY.slice(0, 500), /^line \d+: /, 'calendar-invalid'],
    [
      'a line has no value',
      file('VERSION:2.0', ...good, 'BEGIN:VEVENT', 'SUMMARY', 'END:VEVENT'),
      /^line 10: /,
      'calendar-invalid',
    ],
    [
      'a time is none',
      file('VERSION:2.0', ...good, 'BEGIN:VEVENT', 'UID:3', 'DTSTART:20261324T090000Z', 'END:VEVENT'),
      /^line 11: DTSTART/,
      'calendar-invalid',
    ],
    [
      'an end is none',
      eventFile('DTSTART:20261124T090000', 'DTEND:tomorrow'),
      /^line 8: DTEND/,
      'calendar-invalid',
    ],
    [
      'an event has no start',
      eventFile('DTEND:20261124T100000'),
      /^line 4: the event has no DTSTART/,
      'calendar-invalid',
    ],
    [
      'a zone is not known',
      eventFile('DTSTART;TZID=Mars:20261124T090000', 'DTEND:20261124T100000'),
      /^line 7: the zone Mars/,
      'calendar-invalid',
    ],
    [
      'a recurrence makes no sense',
      eventFile('DTSTART:20261124T090000', 'RRULE:FREQ=NONSENSE'),
      /^line [48]: /,
      'calendar-invalid',
    ],
    [
      'it recurs each second',
      eventFile('DTSTART:20200101T000000', 'DTEND:20200101T000001', 'RRULE:FREQ=SECONDLY'),
      /recur too often/,
      'calendar-invalid',
    ],
    [
      'it gives more overrides than a roster holds',
      eventFile('DTSTART:20261124T000000', 'DTEND:20261124T003000', 'RRULE:FREQ=HOURLY'),
      /1000 are the most/,
      'too-large',
    ],
  ])('%s', async (_, ics, because, code) => {
    await expect(take(ics)).rejects.toMatchObject({
      refusal: { code, field: 'ics', because: expect.stringMatching(because) },
    });
    expect(await overrides()).toEqual([]);
  });
});

test('two imports at once both count', async () => {
  await Promise.all([take(PAGERDUTY), take(OPSGENIE), take(GOOGLE)]);
  expect((await overrides()).length).toBe(6);
});
