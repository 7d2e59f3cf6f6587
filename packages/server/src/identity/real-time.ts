/** Lives of secrets, in real time: a demo's clock that runs faster makes no secret lapse sooner. */
import type { Clock, Instant } from '@tuesday/protocol';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;

/** So many real milliseconds as milliseconds of the handed-in clock. */
export function real({ rate }: Pick<Clock, 'rate'>, millis: number): number {
  return millis * rate;
}

/** How far a clock may be set back before what was made until then counts as not made yet. */
export const SET_BACK = MINUTE;

/** What a phone shows as the time, whatever the handed-in clock says. */
export function phoneTime(clock: Clock): Instant {
  return clock.wall?.() ?? clock.now();
}

/** `4 minutes`, never less than one. */
export function minutesWords(millis: number): string {
  const minutes = Math.max(1, Math.ceil(millis / MINUTE));
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
