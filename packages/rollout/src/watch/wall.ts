/** The wall clock of a zone as stretches in which its offset stands still, so that the rest is plain arithmetic. */
import type { ChangeWindow, Instant, Weekday } from '@tuesday/protocol';
import { Temporal } from 'temporal-polyfill';

const MINUTE = 60_000;
export const DAY = 86_400_000;

/** Half-open interval of instants. */
export interface Interval {
  readonly from: Instant;
  readonly until: Instant;
}

/** `at + offset` is what the wall shows, as milliseconds since 1970 on the wall. */
export interface Stretch extends Interval {
  readonly offset: number;
}

/** 1970-01-01 was a Thursday. */
const DAYS: readonly Weekday[] = [
  'thursday',
  'friday',
  'saturday',
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
];

export function stretchesOf(zone: string, from: Instant, until: Instant): Stretch[] {
  const stretches: Stretch[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone);
  while (at.epochMilliseconds < until) {
    const change = at.getTimeZoneTransition('next');
    const end = Math.min(until, change?.epochMilliseconds ?? until);
    stretches.push({ from: at.epochMilliseconds, until: end, offset: at.offsetNanoseconds / 1e6 });
    if (change === null || end === until) break;
    at = change;
  }
  return stretches;
}

/** The first instant of the stretches at which the wall shows `wall` or later; undefined when none does. */
export function firstShowing(stretches: readonly Stretch[], wall: number): Instant | undefined {
  const stretch = stretches.find(({ until, offset }) => wall < until + offset);
  return stretch && Math.max(stretch.from, wall - stretch.offset);
}

/** The instants inside weekly hours: twice in an hour that is doubled, never in one that is skipped. */
export function hoursIn(stretches: readonly Stretch[], hours: readonly ChangeWindow[]): Interval[] {
  return stretches.flatMap(({ from, until, offset }) => {
    const first = Math.floor((from + offset) / DAY);
    const last = Math.floor((until - 1 + offset) / DAY);
    const inside: Interval[] = [];
    for (let day = first; day <= last; day++)
      for (const window of hours) {
        if (!window.days.includes(DAYS[((day % 7) + 7) % 7] ?? 'thursday')) continue;
        const midnight = day * DAY - offset;
        const opens = Math.max(from, midnight + millisOf(window.from));
        const closes = Math.min(until, midnight + millisOf(window.to));
        if (opens < closes) inside.push({ from: opens, until: closes });
      }
    return inside;
  });
}

/** `HH:MM` since midnight on the wall. */
export function millisOf(timeOfDay: string): number {
  const [hours = 0, minutes = 0] = timeOfDay.split(':').map(Number);
  return (hours * 60 + minutes) * MINUTE;
}
