/** What the clock on the wall of a zone shows, and the other way round. */
import type { Instant, Weekday } from '@tuesday/protocol';
import { Temporal } from 'temporal-polyfill';

export const WEEKDAYS: readonly Weekday[] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const MINUTE = 60_000;
export const DAY = 86_400_000;

/** Half-open interval of instants. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

export function localOf(at: Instant, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
}

/** The wall at `at` as freezes write it, `2026-11-24T09:00`. */
export function wallOf(at: Instant, zone: string): string {
  return localOf(at, zone).toPlainDateTime().toString({ smallestUnit: 'minute' });
}

/** Monday is `monday`; of a date, or of an instant in a zone. */
export function weekdayOf({ dayOfWeek }: { readonly dayOfWeek: number }): Weekday {
  return WEEKDAYS[dayOfWeek - 1] ?? 'monday';
}

/** The day of `at`, `2026-11-24`, and where it begins and ends. */
export function dayOf(at: Instant, zone: string): Span & { readonly date: string } {
  const date = localOf(at, zone).toPlainDate();
  return { date: date.toString(), from: startOf(date, zone), to: startOf(date.add({ days: 1 }), zone) };
}

export function startOf(date: Temporal.PlainDate, zone: string): Instant {
  return date.toZonedDateTime(zone).epochMilliseconds;
}

/** "Tue 24 Nov 09:00", in the zone. */
export function when(at: Instant, zone: string): string {
  const local = localOf(at, zone);
  return `${capital(weekdayOf(local)).slice(0, 3)} ${local.day} ${MONTHS[local.month - 1]} ${timeOf(local)}`;
}

/** "Thursday 26 Nov". */
export function dayWords(at: Instant, zone: string): string {
  const local = localOf(at, zone);
  return `${capital(weekdayOf(local))} ${local.day} ${MONTHS[local.month - 1]}`;
}

/** "Thursday". */
export function weekdayWord(at: Instant, zone: string): string {
  return capital(weekdayOf(localOf(at, zone)));
}

/** "Friday 17:30 Europe/Berlin". */
export function dayAndTime(at: Instant, zone: string): string {
  const local = localOf(at, zone);
  return `${capital(weekdayOf(local))} ${timeOf(local)} ${zone}`;
}

/** "17:30". */
export function timeWords(at: Instant, zone: string): string {
  return timeOf(localOf(at, zone));
}

export const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);

const timeOf = (local: Temporal.ZonedDateTime) => local.toPlainTime().toString({ smallestUnit: 'minute' });

/** Minutes from midnight; `24:00` is 1,440. */
export function minutesOf(timeOfDay: string): number {
  const [hours = 0, minutes = 0] = timeOfDay.split(':').map(Number);
  return hours * 60 + minutes;
}

/** The first instant at which the wall shows this or something later. */
export function reaches(wall: string, zone: string): Instant {
  const { first, change } = readings(wall, zone);
  return change ?? first;
}

/** The instant from which on the wall shows nothing earlier than this any more. */
export function leaves(wall: string, zone: string): Instant {
  const { first, last, change } = readings(wall, zone);
  if (change !== null || first === last) return change ?? first;
  // The clock may be set back to this very time: then nothing earlier is shown twice.
  const setBackTo = localOf(last - 1, zone).offsetNanoseconds !== localOf(last, zone).offsetNanoseconds;
  return setBackTo ? first : last;
}

/** When the wall shows this for the first and the last time; `change`: the clock passes it over, at that instant. */
function readings(wall: string, zone: string): { first: Instant; last: Instant; change: Instant | null } {
  const plain = Temporal.PlainDateTime.from(wall);
  const first = plain.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const last = plain.toZonedDateTime(zone, { disambiguation: 'later' });
  const skipped = !first.toPlainDateTime().equals(plain);
  const change = skipped ? (first.getTimeZoneTransition('next')?.epochMilliseconds ?? null) : null;
  return { first: first.epochMilliseconds, last: last.epochMilliseconds, change };
}
