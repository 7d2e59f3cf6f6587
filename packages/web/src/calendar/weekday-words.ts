import type { Weekday } from '@tuesday/protocol';

const WEEKDAY_WORDS: Readonly<Record<Weekday, string>> = {
  monday: 'Mon',
  tuesday: 'Tue',
  wednesday: 'Wed',
  thursday: 'Thu',
  friday: 'Fri',
  saturday: 'Sat',
  sunday: 'Sun',
};

/** "Mon" */
export function weekdayWords(day: Weekday): string {
  return WEEKDAY_WORDS[day];
}

/** From Monday on. */
export const WEEKDAYS_IN_SHORT: readonly string[] = Object.values(WEEKDAY_WORDS);
