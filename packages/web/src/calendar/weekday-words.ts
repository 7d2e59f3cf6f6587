import { t } from '@lingui/core/macro';
import type { Weekday } from '@tuesday/protocol';

const WEEKDAY_WORDS: Readonly<Record<Weekday, string>> = {
  monday: t`Mon`,
  tuesday: t`Tue`,
  wednesday: t`Wed`,
  thursday: t`Thu`,
  friday: t`Fri`,
  saturday: t`Sat`,
  sunday: t`Sun`,
};

/** "Mon" */
export function weekdayWords(day: Weekday): string {
  return WEEKDAY_WORDS[day];
}

/** From Monday on. */
export const WEEKDAYS_IN_SHORT: readonly string[] = Object.values(WEEKDAY_WORDS);
