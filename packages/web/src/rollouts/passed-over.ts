/** Days that a stage passed over, told in few lines. */
import type { PlanCalendarView } from '@tuesday/protocol';
import { conventions } from '../language/i18n.ts';

type Day = PlanCalendarView['stages'][number]['passedOver'][number];

export interface Passed {
  /** "Thu 26 Nov" */
  from: string;
  /** Last day of a run; undefined for a single day. */
  to: string | undefined;
  because: string;
}

/** Neighbouring days with the same reason become one line. */
export function runsOf(days: readonly Day[]): Passed[] {
  const runs: Array<Passed & { last: string }> = [];
  for (const { day, because } of days) {
    const run = runs.at(-1);
    if (run?.because === because && nextDay(run.last) === day) {
      run.last = day;
      run.to = dayWords(day);
    } else runs.push({ from: dayWords(day), to: undefined, because, last: day });
  }
  return runs.map(({ from, to, because }) => ({ from, to, because }));
}

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

const words = new Intl.DateTimeFormat(conventions(), {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
});

export function dayWords(day: string): string {
  return words.format(new Date(`${day}T00:00:00Z`)).replace(',', '');
}
