/** The events of an iCalendar file (RFC 5545), as instants, recurring ones written out. */
import { type Instant, type OrRefused, refuse } from '@tuesday/protocol';
import ICAL from 'ical.js';
import { Temporal } from 'temporal-polyfill';

export interface CalendarEvent {
  readonly from: Instant;
  readonly until: Instant;
  readonly summary: string;
  /** Lower case, without `mailto:`. */
  readonly emails: readonly string[];
  readonly isCancelled: boolean;
  /** Line of its `BEGIN:VEVENT`. */
  readonly line: number;
}

export interface CalendarFile {
  /** What the calendar calls itself; '' when it does not. */
  readonly name: string;
  readonly events: readonly CalendarEvent[];
}

export interface Reading {
  /** Where a time without a zone is meant. */
  readonly zone: string;
  /** Recurring events are written out until then. */
  readonly until: Instant;
}

/** Something in the file is wrong; `line` counts from 1. */
class Unreadable extends Error {
  readonly line: number | undefined;
  constructor(because: string, line?: number) {
    super(because);
    this.line = line;
  }
}

/** Most occurrences that are looked at in one file. */
const OCCURRENCES = 50_000;

/** @returns `calendar-invalid` naming the line */
export function readCalendarFile(text: string, reading: Reading): OrRefused<CalendarFile> {
  const lines = text.split(/\r\n|\r|\n/);
  try {
    const calendars = parse(text, lines);
    const budget = { left: OCCURRENCES };
    const starts = lines.flatMap((line, index) => (/^BEGIN:VEVENT\s*$/i.test(line) ? [index + 1] : []));
    const events: CalendarEvent[] = [];
    for (const calendar of calendars) {
      const zones = zonesOf(calendar);
      const components = calendar.getAllSubcomponents('vevent');
      const changes = changesOf(components);
      const lineOf = new Map(components.map((component) => [component, starts.shift() ?? 1]));
      for (const component of components) {
        if (component.hasProperty('recurrence-id')) continue;
        const changed = changes.get(uidOf(component)) ?? [];
        const source = { component, changed, zones, lines, lineOf, reading, budget };
        events.push(...occurrencesOf(source));
      }
    }
    const name = calendars[0]?.getFirstPropertyValue('x-wr-calname');
    return { name: typeof name === 'string' ? name : '', events };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const where = error.line === undefined ? '' : `line ${error.line}: `;
    return { refused: refuse('calendar-invalid', `${where}${error.message}`, { field: 'ics' }) };
  }
}

function parse(text: string, lines: readonly string[]): InstanceType<typeof ICAL.Component>[] {
  let parsed: unknown;
  try {
    parsed = ICAL.parse(text);
  } catch (error) {
    const said = (error as Error).message;
    throw new Unreadable(said, quotedLine(said, lines));
  }
  const roots = Array.isArray(parsed) && typeof parsed[0] === 'string' ? [parsed] : (parsed as unknown[]);
  const calendars = roots.map((root) => new ICAL.Component(root as string));
  if (calendars.length === 0 || calendars.some(({ name }) => name !== 'vcalendar'))
    throw new Unreadable('the file does not begin with BEGIN:VCALENDAR', 1);
  return calendars;
}

/** The parser quotes what it does not like, but does not count lines. What is cut off ends at the last one. */
function quotedLine(said: string, lines: readonly string[]): number {
  for (const quoted of said.split(/["']/).slice(1).reverse()) {
    if (quoted.trim().length < 2) continue;
    const whole = lines.indexOf(quoted);
    const at = whole >= 0 ? whole : lines.findIndex((line) => line.includes(quoted));
    if (at >= 0) return at + 1;
  }
  return lines.length;
}

type Component = InstanceType<typeof ICAL.Component>;
type Time = InstanceType<typeof ICAL.Time>;
type Zones = ReadonlyMap<string, InstanceType<typeof ICAL.Timezone>>;

interface Source {
  readonly component: Component;
  /** Occurrences that were moved or cancelled by themselves. */
  readonly changed: readonly Component[];
  readonly zones: Zones;
  readonly lines: readonly string[];
  readonly lineOf: ReadonlyMap<Component, number>;
  readonly reading: Reading;
  readonly budget: { left: number };
}

function zonesOf(calendar: Component): Zones {
  return new Map(
    calendar.getAllSubcomponents('vtimezone').map((component) => {
      const zone = new ICAL.Timezone(component);
      return [zone.tzid, zone];
    }),
  );
}

const uidOf = (component: Component) => String(component.getFirstPropertyValue('uid'));

/** Occurrences that were moved or cancelled by themselves, by the event that they belong to. */
function changesOf(components: readonly Component[]): Map<string, Component[]> {
  const changes = new Map<string, Component[]>();
  for (const component of components) {
    if (!component.hasProperty('recurrence-id')) continue;
    const known = changes.get(uidOf(component));
    if (known) known.push(component);
    else changes.set(uidOf(component), [component]);
  }
  return changes;
}

/** The library throws what it likes at values that make no sense. */
function occurrencesOf(source: Source): CalendarEvent[] {
  try {
    return writtenOut(source);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    const because = `the event cannot be read: ${(error as Error).message}`;
    throw new Unreadable(because, source.lineOf.get(source.component) ?? 1);
  }
}

function writtenOut(source: Source): CalendarEvent[] {
  const { component, changed, reading, budget } = source;
  for (const each of [component, ...changed]) checkTimes(source, each);
  const event = new ICAL.Event(component, { strictExceptions: false, exceptions: [...changed] });
  if (!event.isRecurring()) return [eventOf(source, event, event.startDate, event.endDate)];
  const found: CalendarEvent[] = [];
  const iterator = event.iterator();
  for (let next = iterator.next() as Time | undefined; next; next = iterator.next() as Time | undefined) {
    if (budget.left-- <= 0) throw new Error('the events of the file recur too often to be written out');
    const { item, startDate, endDate } = event.getOccurrenceDetails(next);
    const one = eventOf(source, item, startDate, endDate);
    if (one.from > reading.until) break;
    found.push(one);
  }
  return found;
}

/** The parser takes any digits for a time. */
function checkTimes(source: Source, component: Component): void {
  if (!component.hasProperty('dtstart'))
    throw fault(source, component, 'dtstart', 'the event has no DTSTART');
  for (const name of ['dtstart', 'dtend', 'recurrence-id', 'exdate'])
    for (const property of component.getAllProperties(name)) {
      const written = String((property.toJSON() as unknown[])[3]).replace(/Z$/, '');
      try {
        Temporal.PlainDateTime.from(written, { overflow: 'reject' });
      } catch {
        throw fault(source, component, name, `${name.toUpperCase()} is no date or time`);
      }
    }
}

function eventOf(
  source: Source,
  event: InstanceType<typeof ICAL.Event>,
  start: Time,
  end: Time,
): CalendarEvent {
  const { component } = event;
  const zoneOf = (name: string) => component.getFirstProperty(name)?.getFirstParameter('tzid');
  const from = instantOf(source, component, start, zoneOf('dtstart'));
  // An end that was computed from a length is told in the zone of the start.
  const until = instantOf(source, component, end, zoneOf('dtend') ?? zoneOf('dtstart'));
  return {
    from,
    until,
    summary: event.summary ?? '',
    emails: component.getAllProperties('attendee').map((property) =>
      String(property.getFirstValue())
        .replace(/^mailto:/i, '')
        .trim()
        .toLowerCase(),
    ),
    isCancelled: String(component.getFirstPropertyValue('status')).toUpperCase() === 'CANCELLED',
    line: source.lineOf.get(component) ?? 1,
  };
}

/** By the name of its zone where it is an IANA zone; else by the file's own description of it. */
function instantOf(source: Source, component: Component, time: Time, zone: string | undefined): Instant {
  const { year, month, day } = time;
  const clock = time.isDate ? {} : { hour: time.hour, minute: time.minute, second: time.second };
  const wall = Temporal.PlainDateTime.from({ year, month, day, ...clock });
  if (!time.isDate && time.zone?.tzid === 'UTC') return wall.toZonedDateTime('UTC').epochMilliseconds;
  const named = time.isDate ? source.reading.zone : (zone ?? source.reading.zone);
  try {
    return wall.toZonedDateTime(named).epochMilliseconds;
  } catch {
    const described = source.zones.get(named);
    if (!described) throw fault(source, component, 'dtstart', `the zone ${named} is not known`);
    const there = time.clone();
    there.zone = described;
    return there.toUnixTime() * 1_000;
  }
}

/** At the line of the property inside its event. */
function fault(source: Source, component: Component, property: string, because: string): Unreadable {
  const begins = source.lineOf.get(component) ?? 1;
  const rest = source.lines.slice(begins);
  const ends = rest.findIndex((line) => /^END:VEVENT/i.test(line));
  const at = rest
    .slice(0, ends < 0 ? undefined : ends)
    .findIndex((line) => line.toLowerCase().startsWith(property));
  return new Unreadable(because, at < 0 ? begins : begins + at + 1);
}
