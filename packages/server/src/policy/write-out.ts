/** The calendar as the judge reads it: holidays and recurring freezes written out for a stretch of time. */
import {
  type Calendar,
  type Freeze,
  type Instant,
  type OrRefused,
  type Policy,
  refuse,
} from '@tuesday/protocol';
import { HORIZON_MILLIS, wallOf } from '@tuesday/rollout';
import { publicHolidays } from './holidays.ts';
import { occurrencesOf } from './recurrence.ts';

const DAY = 86_400_000;

/** Freezes of a written-out calendar; its schema holds no more. */
export const MOST_FREEZES = 4_000;

/** What is written out at `at`: the last week, and two years with a margin of two weeks. */
export function writtenAround(at: Instant): { from: Instant; to: Instant } {
  return { from: at - 7 * DAY, to: at + HORIZON_MILLIS + 14 * DAY };
}

/**
 * @returns the calendar without rules of recurrence and without freezes that were over before `from`, or a refusal
 *   that names the field of the policy
 */
export function writeOut(
  { calendar, holidays }: Pick<Policy, 'calendar' | 'holidays'>,
  { from, to }: { from: Instant; to: Instant },
): OrRefused<{ calendar: Calendar }> {
  const { zone } = calendar;
  const [first, last] = [wallOf(from, zone), wallOf(to, zone)];
  const freezes: Freeze[] = [];
  for (const [index, freeze] of calendar.freezes.entries()) {
    const { rrule, ...plain } = freeze;
    if (rrule === undefined) {
      if (freeze.to > first) freezes.push(plain);
      continue;
    }
    const written = occurrencesOf({ ...freeze, rrule }, first, last, zone);
    if ('refused' in written)
      return { refused: { ...written.refused, field: `calendar.freezes.${index}.rrule` } };
    freezes.push(...written.freezes);
  }
  if (holidays) {
    const found = publicHolidays(holidays, zone, from, to);
    if ('refused' in found) return found;
    freezes.push(...found.freezes);
  }
  if (freezes.length > MOST_FREEZES)
    return {
      refused: refuse(
        'policy-invalid',
        `written out for two years the calendar has ${freezes.length} freezes and holidays; ${MOST_FREEZES} are the most`,
        { field: 'calendar.freezes', try: 'join neighbouring freezes' },
      ),
    };
  freezes.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  return { calendar: { ...calendar, freezes } };
}
