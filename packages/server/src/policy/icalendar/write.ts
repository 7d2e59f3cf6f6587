/** Windows, freezes, holidays and stages as an iCalendar file (RFC 5545). */
import ICAL from 'ical.js';
import type { Calendar, ChangeWindow, Freeze, Instant, Weekday } from '@tuesday/protocol';
import { localOf, WEEKDAYS, weekdayOf } from '@tuesday/rollout';
import { Temporal } from 'temporal-polyfill';
import { KIND_PROPERTY } from './read-freezes.ts';

/** A stage of a rollout under way, open or planned. */
export interface StageEvent {
  readonly uid: string;
  readonly title: string;
  readonly because: string;
  readonly from: Instant;
  readonly to: Instant;
}

export interface Exported {
  readonly calendar: Pick<Calendar, 'zone' | 'windows' | 'lastStageWindows'>;
  /** As people wrote them, with their rules of recurrence. */
  readonly freezes: readonly Freeze[];
  readonly holidays: readonly Freeze[];
  readonly stages: readonly StageEvent[];
  readonly now: Instant;
}

type Property = [name: string, parameters: Record<string, string>, type: string, value: unknown];

export function writeCalendar({ calendar, freezes, holidays, stages, now }: Exported): string {
  const { zone, windows, lastStageWindows = [] } = calendar;
  const events = [
    ...windows.map((window, index) => windowEvent(window, zone, now, `window-${index}`, 'Change window')),
    ...lastStageWindows.map((window, index) =>
      windowEvent(window, zone, now, `last-window-${index}`, 'Change window of the last stage'),
    ),
    ...[...freezes, ...holidays].map((freeze, index) => freezeEvent(freeze, zone, now, index)),
    ...stages.map((stage) => stageEvent(stage, now)),
  ];
  const head: Property[] = [
    ['version', {}, 'text', '2.0'],
    ['prodid', {}, 'text', '-//Tuesday//Calendar//EN'],
    ['calscale', {}, 'text', 'GREGORIAN'],
    ['x-wr-calname', {}, 'text', 'Tuesday'],
    ['x-wr-timezone', {}, 'text', zone],
  ];
  const text = ICAL.stringify(['vcalendar', head, [zoneComponent(zone, now), ...events]]);
  return text.endsWith('\r\n') ? text : `${text}\r\n`;
}

function event(uid: string, kind: string, title: string, now: Instant, more: Property[]): unknown {
  const stamp = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  const properties: Property[] = [
    ['uid', {}, 'text', `${uid}@tuesday`],
    ['dtstamp', {}, 'date-time', stamp],
    ['summary', {}, 'text', title],
    [KIND_PROPERTY, {}, 'text', kind],
    ...more,
    ['transp', {}, 'text', kind === 'window' ? 'TRANSPARENT' : 'OPAQUE'],
  ];
  return ['vevent', properties, []];
}

const CODES: Readonly<Record<Weekday, string>> = {
  monday: 'MO',
  tuesday: 'TU',
  wednesday: 'WE',
  thursday: 'TH',
  friday: 'FR',
  saturday: 'SA',
  sunday: 'SU',
};

function windowEvent(window: ChangeWindow, zone: string, now: Instant, uid: string, title: string): unknown {
  // The first day from today on, so that the first occurrence matches the rule.
  let date = localOf(now, zone).toPlainDate();
  while (!window.days.includes(weekdayOf(date))) date = date.add({ days: 1 });
  const days = WEEKDAYS.filter((day) => window.days.includes(day)).map((day) => CODES[day]);
  const end =
    window.to === '24:00' ? `${date.add({ days: 1 }).toString()}T00:00` : `${date.toString()}T${window.to}`;
  return event(uid, 'window', title, now, [
    timeProperty('dtstart', `${date.toString()}T${window.from}`, zone),
    timeProperty('dtend', end, zone),
    ['rrule', {}, 'recur', { freq: 'WEEKLY', byday: days }],
  ]);
}

function freezeEvent(freeze: Freeze, zone: string, now: Instant, index: number): unknown {
  // A day and a time cannot begin and end one event: then both are times.
  const whole = freeze.from.length === 10 && freeze.to.length === 10;
  const time = (name: string, text: string): Property =>
    whole ? [name, {}, 'date', text] : timeProperty(name, text.length === 10 ? `${text}T00:00` : text, zone);
  return event(`${freeze.kind}-${index}-${freeze.from}`, freeze.kind, freeze.name, now, [
    time('dtstart', freeze.from),
    time('dtend', freeze.to),
    ...(freeze.rrule === undefined ? [] : [['rrule', {}, 'recur', ruleOf(freeze.rrule)] as Property]),
  ]);
}

/** The parts in their order, so that the same text comes out. */
function ruleOf(rrule: string): Record<string, string | string[]> {
  return Object.fromEntries(
    rrule.split(';').map((part) => {
      const [name = '', value = ''] = part.split('=');
      return [name.toLowerCase(), value.includes(',') ? value.split(',') : value];
    }),
  );
}

function stageEvent({ uid, title, because, from, to }: StageEvent, now: Instant): unknown {
  const utc = (at: Instant) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  return event(uid, 'stage', title, now, [
    ['dtstart', {}, 'date-time', utc(from)],
    ['dtend', {}, 'date-time', utc(to)],
    ['description', {}, 'text', because],
  ]);
}

function timeProperty(name: string, wall: string, zone: string): Property {
  return [name, { tzid: zone }, 'date-time', `${wall}:00`];
}

/** Years of clock changes that the file describes; afterwards the last offset stands. */
const YEARS = 4;

/** The zone with each change of its clocks (3.6.5): readers that know no IANA zones can follow. */
function zoneComponent(zone: string, now: Instant): unknown {
  const observances: unknown[] = [];
  let at = localOf(now, zone);
  // From the change before now, or from the beginning of time where there was none.
  at =
    at.getTimeZoneTransition('previous') ??
    Temporal.PlainDateTime.from('1970-01-01T00:00').toZonedDateTime(zone);
  const end = localOf(now, zone).add({ years: YEARS });
  let before = localOf(at.epochMilliseconds - 1, zone).offsetNanoseconds;
  for (;;) {
    const after = at.offsetNanoseconds;
    const shown = Temporal.Instant.fromEpochMilliseconds(at.epochMilliseconds + before / 1e6)
      .toZonedDateTimeISO('UTC')
      .toPlainDateTime();
    observances.push([
      after > before ? 'daylight' : 'standard',
      [
        ['dtstart', {}, 'date-time', shown.toString({ smallestUnit: 'second' })],
        ['tzoffsetfrom', {}, 'utc-offset', offsetText(before)],
        ['tzoffsetto', {}, 'utc-offset', offsetText(after)],
      ],
      [],
    ]);
    const next = at.getTimeZoneTransition('next');
    if (!next || Temporal.ZonedDateTime.compare(next, end) > 0) break;
    before = after;
    at = next;
  }
  return ['vtimezone', [['tzid', {}, 'text', zone]], observances];
}

function offsetText(nanoseconds: number): string {
  const minutes = Math.abs(Math.round(nanoseconds / 60e9));
  const two = (number: number) => String(number).padStart(2, '0');
  return `${nanoseconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
