/**
 * A calendar as days. Windows and freezes are wall-clock text in the calendar's zone, so days are compared as text
 * and no zone is converted; instants become days by the zone's own wall.
 */
import type { Calendar, Freeze, Weekday } from '@tuesday/protocol';

export interface Closed {
  name: string;
  kind: Freeze['kind'];
  /** Hours of this day, "17:00–24:00"; undefined for all of it. */
  hours: string | undefined;
}

export interface Day {
  /** "2026-11-24" */
  date: string;
  weekday: Weekday;
  /** "09:00–12:00", where nothing closes the whole day. */
  open: readonly string[];
  /** Only for the last stage of a plan. */
  openForLast: readonly string[];
  closed: readonly Closed[];
}

const WEEKDAYS: readonly Weekday[] = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
];
const DAY = 86_400_000;

/** @param first date of the first day, "2026-11-23" */
export function daysOf(calendar: Calendar, first: string, count: number): Day[] {
  return Array.from({ length: count }, (_, index) => dayOf(calendar, later(first, index)));
}

function dayOf({ windows, lastStageWindows, freezes }: Calendar, date: string): Day {
  const weekday = WEEKDAYS[new Date(`${date}T00:00:00Z`).getUTCDay()] ?? 'sunday';
  const closed = freezes.flatMap((freeze) => closedOn(freeze, date));
  const shut = closed.some(({ hours }) => hours === undefined);
  const hoursOf = (all: Calendar['windows']) =>
    shut ? [] : all.filter(({ days }) => days.includes(weekday)).map(({ from, to }) => `${from}–${to}`);
  const open = hoursOf(windows);
  const openForLast = hoursOf(lastStageWindows ?? []).filter((hours) => !open.includes(hours));
  return { date, weekday, open, openForLast, closed };
}

function closedOn({ name, kind, from, to }: Freeze, date: string): Closed[] {
  const [start, end, begins, ends] = [full(from), full(to), `${date}T00:00`, `${later(date, 1)}T00:00`];
  if (end <= begins || start >= ends) return [];
  const whole = start <= begins && end >= ends;
  const hours = whole
    ? undefined
    : `${start <= begins ? '00:00' : start.slice(11)}–${end >= ends ? '24:00' : end.slice(11)}`;
  return [{ name, kind, hours }];
}

/** A date alone is its midnight. */
function full(local: string): string {
  return local.length === 10 ? `${local}T00:00` : local;
}

export function later(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** The Monday of the week. */
export function mondayOf(date: string): string {
  return later(date, -((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7));
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Date of an instant on the zone's wall. */
export function dateIn(instant: number, zone: string): string {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    formats.set(zone, format);
  }
  return format.format(instant);
}
