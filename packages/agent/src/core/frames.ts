/**
 * When a device that was cut off tries again, so that a whole fleet never comes back at once.
 *
 * Time is cut into frames, one after the other; a device makes one attempt in each, at a random moment of it.
 * Frames are as long as the back-off says, which doubles with each failure up to its cap, and never shorter than
 * the spread that the server has named. Whatever has happened before, a device's chance to try within the next second is then never above
 * 1 s / spread: a fleet of N devices makes at most N / spread attempts a second on average, at every moment,
 * whether they were cut off together or one by one, and however long the outage is. Waits that are drawn anew
 * after each attempt do not have this property: their density swings above it before it settles.
 */
import type { Instant } from '@tuesday/protocol';
import type { BackOff } from './types.ts';

export interface Frame {
  readonly from: Instant;
  readonly millis: number;
}

export interface Pace extends BackOff {
  /** So many failures in a row open the breaker: from then on one attempt per cap. */
  readonly breakerAfter: number;
}

/** @param spreadMillis as the server named it; 0: it has not */
export function frameMillis(pace: Pace, failures: number, spreadMillis: number): number {
  const { baseMillis, capMillis, breakerAfter } = pace;
  const backOff = failures >= breakerAfter ? capMillis : baseMillis * 2 ** Math.min(failures, 30);
  return Math.max(spreadMillis, Math.min(capMillis, backOff));
}

/**
 * The frame after the one that held the last attempt; it begins now when that one is over. A clock that was
 * moved costs at most one frame.
 *
 * @returns with the milliseconds from now until its attempt
 */
export function nextFrame(
  before: Frame | undefined,
  now: Instant,
  millis: number,
  random: () => number,
): { frame: Frame; waitMillis: number } {
  const left =
    before === undefined ? 0 : Math.min(before.millis, Math.max(0, before.from + before.millis - now));
  return { frame: { from: now + left, millis }, waitMillis: left + random() * millis };
}
