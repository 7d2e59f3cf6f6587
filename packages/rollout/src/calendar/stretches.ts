/**
 * When stages may open: change windows and freezes in one zone. A rule is about what the clock on the wall
 * shows: an hour that daylight saving doubles is inside its window twice, one that it skips never comes.
 */
import type { Calendar, Instant, Weekday } from '@tuesday/protocol';
import { Temporal } from 'temporal-polyfill';

export interface Openness {
  readonly open: boolean;
  /** A sentence, with the day and the zone. */
  readonly because: string;
  /** The first instant from `at` on that satisfies every rule; null when none comes within two years. */
  readonly nextOpening: Instant | null;
}

const DAYS: readonly Weekday[] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const HORIZON_DAYS = 731;
const MINUTE = 60_000;

/** Half-open interval of instants. */
interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

export function openness(calendar: Calendar, at: Instant): Openness {
  const next = nextOpening(calendar, at);
  if (next === at)
    return {
      open: true,
      because: `${dayAndTime(calendar, at)} is inside the change window.`,
      nextOpening: at,
    };
  const then =
    next === null
      ? 'No opening comes within two years.'
      : `The next opening is ${when(next, calendar.zone)}.`;
  return { open: false, because: `${whyClosed(calendar, at)} ${then}`, nextOpening: next };
}

/** The first instant from `at` on at which a stage may open; null when none comes within two years. */
export function nextOpening(calendar: Calendar, at: Instant): Instant | null {
  if (calendar.windows.length === 0) return null;
  let date = localOf(at, calendar.zone).toPlainDate();
  for (let day = 0; day < HORIZON_DAYS; day++, date = date.add({ days: 1 })) {
    const openings = spansOf(calendar, date)
      .filter((span) => span.to > at)
      .map((span) => Math.max(span.from, at));
    if (openings.length > 0) return Math.min(...openings);
  }
  return null;
}

/** "Tue 24 Nov 09:00", in the zone. */
export function when(at: Instant, zone: string): string {
  const local = localOf(at, zone);
  const day = capital(DAYS[local.dayOfWeek - 1] ?? '').slice(0, 3);
  return `${day} ${local.day} ${MONTHS[local.month - 1]} ${timeOf(local)}`;
}

function dayAndTime({ zone }: Calendar, at: Instant): string {
  const local = localOf(at, zone);
  return `${capital(DAYS[local.dayOfWeek - 1] ?? '')} ${timeOf(local)} ${zone}`;
}

function whyClosed(calendar: Calendar, at: Instant): string {
  const frozen = frozenBy(calendar, localOf(at, calendar.zone).toPlainDate());
  if (frozen !== undefined) return `${dayAndTime(calendar, at)} is in the freeze "${frozen}".`;
  if (calendar.windows.length === 0) return 'The policy has no change window.';
  const windows = calendar.windows.map(
    (window) => `${window.days.map(capital).join(', ')} ${window.from}–${window.to}`,
  );
  return `${dayAndTime(calendar, at)} is outside the change window (${windows.join('; ')}).`;
}

const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);

const timeOf = (local: Temporal.ZonedDateTime) => local.toPlainTime().toString({ smallestUnit: 'minute' });

function localOf(at: Instant, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
}

function frozenBy(calendar: Calendar, date: Temporal.PlainDate): string | undefined {
  const day = date.toString();
  return calendar.freezes.find((freeze) => freeze.from <= day && day < freeze.to)?.name;
}

/** The instants of one date on which a stage may open. */
function spansOf(calendar: Calendar, date: Temporal.PlainDate): Span[] {
  const weekday = DAYS[date.dayOfWeek - 1];
  const windows = calendar.windows.filter((window) => window.days.some((day) => day === weekday));
  if (windows.length === 0 || frozenBy(calendar, date) !== undefined) return [];
  return stretchesOf(date, calendar.zone).flatMap((stretch) =>
    windows
      .map((window) => ({
        from: Math.max(stretch.from, stretch.midnight + minutesOf(window.from) * MINUTE),
        to: Math.min(stretch.to, stretch.midnight + minutesOf(window.to) * MINUTE),
      }))
      .filter((span) => span.from < span.to),
  );
}

/** A date, cut where its clocks change; `midnight` is where 00:00 would be by the offset of the stretch. */
function stretchesOf(date: Temporal.PlainDate, zone: string): Array<Span & { midnight: Instant }> {
  const start = date.toZonedDateTime(zone);
  const end = date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
  const written = date.toZonedDateTime('UTC').epochMilliseconds;
  const stretches: Array<Span & { midnight: Instant }> = [];
  let from = start;
  while (from.epochMilliseconds < end) {
    const change = from.getTimeZoneTransition('next');
    const to = Math.min(end, change?.epochMilliseconds ?? end);
    const midnight = written - from.offsetNanoseconds / 1e6;
    stretches.push({ from: from.epochMilliseconds, to, midnight });
    from = localOf(to, zone);
  }
  return stretches;
}

function minutesOf(timeOfDay: string): number {
  const [hours = 0, minutes = 0] = timeOfDay.split(':').map(Number);
  return hours * 60 + minutes;
}
