/** The events of an iCalendar file as freezes on the wall of the fleet's zone. */
import ICAL from 'ical.js';
import { type Freeze, freezeSchema, type Instant, isRefused, type OrRefused } from '@tuesday/protocol';
import { dated } from '../holidays.ts';
import { MOST_OCCURRENCES } from '../recurrence.ts';
import { eventProblem } from './check-event.ts';
import { MOST_FREEZES } from '../write-out.ts';
import { invalid, scan, type Scanned, type ScannedEvent } from './scan.ts';
import { UnknownZone, WallClock } from './wall-clock.ts';

export interface ReadFreezes {
  readonly freezes: Freeze[];
  /** What was left out, a sentence each. */
  readonly skipped: string[];
}

export interface Into {
  /** Of the fleet. */
  readonly zone: string;
  /** What recurs is written out for this long, where its rule cannot be kept. */
  readonly from: Instant;
  readonly to: Instant;
}

/** An event and its exceptions, which share its UID. */
interface Series {
  readonly scanned: ScannedEvent;
  readonly component: ICAL.Component;
  readonly exceptions: ICAL.Component[];
}

/** Set by our own export: what is no freeze is not read as one. */
export const KIND_PROPERTY = 'x-tuesday-kind';

export function readFreezes(ics: string, into: Into): OrRefused<ReadFreezes> {
  const scanned = scan(ics);
  if (isRefused(scanned)) return scanned;
  for (const event of scanned.events) {
    const problem = eventProblem(event);
    if (problem) return { refused: problem };
  }
  const found = parse(scanned);
  if (isRefused(found)) return found;
  const read: ReadFreezes = { freezes: [], skipped: [] };
  for (const series of found.series) {
    const { number } = series.scanned;
    try {
      const refused = readSeries(series, into, read);
      if (refused) return refused;
      if (read.freezes.length > MOST_FREEZES)
        return { refused: invalid(number, `the file has more than ${MOST_FREEZES} freezes up to here`) };
    } catch (cause) {
      if (cause instanceof UnknownZone) return { refused: invalid(number, cause.message) };
      return { refused: invalid(number, `the event cannot be read: ${(cause as Error).message}`) };
    }
  }
  return read;
}

/** `ical.js` does not tell in which line it stumbled, so the lines are tried one by one then. */
function parse({ lines, events }: Scanned): OrRefused<{ series: Series[] }> {
  try {
    return { series: seriesOf(lines.map(({ text }) => text).join('\r\n'), events) };
  } catch (cause) {
    const wrong = lines.find(({ text }) => !/^(BEGIN|END):/i.test(text) && !parses(text));
    return { refused: invalid(wrong?.number ?? 1, `it cannot be read: ${(cause as Error).message}`) };
  }
}

function parses(line: string): boolean {
  try {
    ICAL.parse(`BEGIN:VCALENDAR\r\n${line}\r\nEND:VCALENDAR`);
    return true;
  } catch {
    return false;
  }
}

function seriesOf(text: string, scanned: readonly ScannedEvent[]): Series[] {
  const parsed = ICAL.parse(text) as unknown[];
  const calendars = (typeof parsed[0] === 'string' ? [parsed] : parsed) as unknown as string[][];
  const components = calendars.flatMap((calendar) =>
    new ICAL.Component(calendar).getAllSubcomponents('vevent'),
  );
  const series = new Map<string, Series>();
  const later: Series[] = [];
  components.forEach((component, index) => {
    const event = { component, exceptions: [], scanned: scanned[index] as ScannedEvent };
    const uid = textOf(component, 'uid') || `line ${event.scanned.number}`;
    if (component.hasProperty('recurrence-id')) later.push(event);
    // The same UID twice is two events: closing for one too many is the safe way.
    else series.set(series.has(uid) ? `${uid} line ${event.scanned.number}` : uid, event);
  });
  for (const exception of later) {
    const of = series.get(textOf(exception.component, 'uid'));
    if (of?.component.hasProperty('rrule')) of.exceptions.push(exception.component);
    // One occurrence that was exported without its series.
    else series.set(`line ${exception.scanned.number}`, exception);
  }
  return [...series.values()];
}

function readSeries(
  series: Series,
  into: Into,
  read: ReadFreezes,
): { refused: ReturnType<typeof invalid> } | undefined {
  const { component, scanned } = series;
  const name = nameOf(component);
  const ours = textOf(component, KIND_PROPERTY);
  if (ours === 'window' || ours === 'stage') {
    read.skipped.push(`${name}: a ${ours} is no freeze`);
    return undefined;
  }
  if (isCancelled(component)) {
    read.skipped.push(`${name}: it is cancelled`);
    return undefined;
  }
  const found = freezesOf(series, into, ours === 'holiday' ? 'holiday' : 'freeze');
  if (found.length > MOST_OCCURRENCES)
    return {
      refused: invalid(scanned.number, `"${name}" recurs more than ${MOST_OCCURRENCES} times in two years`),
    };
  const good = found.filter((freeze) => freezeSchema.safeParse(freeze).success);
  if (good.length === 0)
    read.skipped.push(`${name}: it has no length, or no occurrence in the next two years`);
  read.freezes.push(...good);
  return undefined;
}

function freezesOf({ component, exceptions, scanned }: Series, into: Into, kind: Freeze['kind']): Freeze[] {
  const clock = new WallClock(into.zone);
  const base = { kind, name: nameOf(component) };
  const own = { ...base, from: dated(clock.from(component)), to: dated(clock.to(component)) };
  const rrule = scanned.lines.find((line) => line.name === 'RRULE')?.value;
  const listed = component.hasProperty('exdate') || component.hasProperty('rdate');
  if (rrule === undefined && !component.hasProperty('rdate')) return [own];
  // On the fleet's own wall the rule itself can be kept; elsewhere its clocks change on other days.
  if (rrule !== undefined && !listed && exceptions.length === 0 && clock.isOurs(component))
    return [{ ...own, rrule }];
  const event = new ICAL.Event(component, { strictExceptions: false, exceptions });
  const iterator = event.iterator();
  const freezes: Freeze[] = [];
  for (let next = iterator.next(); next; next = iterator.next()) {
    const { startDate, endDate, item } = event.getOccurrenceDetails(next);
    if (clock.instantOf(next, component) > into.to) break;
    if (isCancelled(item.component)) continue;
    if (clock.instantOf(endDate, item.component) < into.from) continue;
    const from = dated(clock.wallOf(startDate, item.component, 'from'));
    const to = dated(clock.wallOf(endDate, item.component, 'to'));
    freezes.push({ kind, name: nameOf(item.component), from, to });
    if (freezes.length > MOST_OCCURRENCES) break;
  }
  return freezes;
}

function isCancelled(component: ICAL.Component): boolean {
  return textOf(component, 'status').toUpperCase() === 'CANCELLED';
}

const LONGEST_NAME = 120;

function nameOf(component: ICAL.Component): string {
  const name = textOf(component, 'summary')
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim();
  // Cut between two characters, not inside a pair.
  return name === '' ? 'closed' : name.slice(0, LONGEST_NAME).replace(/[\uD800-\uDBFF]$/, '');
}

function textOf(component: ICAL.Component, property: string): string {
  const value = component.getFirstPropertyValue(property);
  return value === null ? '' : String(value as unknown);
}
