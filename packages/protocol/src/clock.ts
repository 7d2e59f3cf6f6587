/**
 * The one clock that is handed to server and agents. The only file that reads the machine's time and timers.
 *
 * `TUESDAY_CLOCK` carries an accelerated clock from one process to the next, so that a whole demo shares one
 * time: `origin=<ms>;at=<ms>;rate=<n>` reads "at real time `at` it was `origin`, and it runs `rate` times
 * as fast". Without it the clock is the wall's.
 */
import type { Instant } from './ids.ts';

export interface Clock {
  /** Milliseconds since 1970, by this clock. */
  now(): Instant;
  /**
   * Milliseconds since 1970 by the wall's clock, for what comes from outside in real time, such as the codes that a
   * phone shows. A clock that a test moves by hand has none: there `now` is the world's time too.
   */
  wall?(): Instant;
  /** This clock's milliseconds per real millisecond. */
  readonly rate: number;
  /**
   * Resolves after so many of this clock's milliseconds.
   * Rejects with the signal's reason when it is aborted first.
   */
  sleep(millis: number, signal?: AbortSignal): Promise<void>;
}

export interface ClockSetting {
  origin: Instant;
  /** Real milliseconds since 1970 at which the clock showed `origin`. */
  at: Instant;
  rate: number;
}

/** Longest delay that a timer takes, milliseconds. */
const TIMER_LIMIT = 2_147_483_647;

export function wallClock(): Clock {
  return clockOf({ origin: 0, at: 0, rate: 1 });
}

export function clockOf(setting: ClockSetting): Clock {
  const now = () => Math.round(setting.origin + (Date.now() - setting.at) * setting.rate);
  return {
    rate: setting.rate,
    now,
    wall: () => Date.now(),
    async sleep(millis, signal) {
      const until = performance.now() + millis / setting.rate;
      for (let left = millis / setting.rate; left > 0; left = until - performance.now()) {
        await realSleep(Math.min(left, TIMER_LIMIT), signal);
      }
      signal?.throwIfAborted();
    },
  };
}

/** A clock that shows `origin` now and runs `rate` times as fast as the wall's. */
export function startClock(origin: Instant, rate: number): ClockSetting {
  return { origin, at: Date.now(), rate };
}

export function formatClock(setting: ClockSetting): string {
  return `origin=${setting.origin};at=${setting.at};rate=${setting.rate}`;
}

/** @throws RangeError naming the setting when it does not parse */
export function parseClock(text: string | undefined): Clock {
  if (text === undefined || text === '') return wallClock();
  const match = /^origin=(\d+);at=(\d+);rate=(\d+(?:\.\d+)?)$/.exec(text);
  const rate = Number(match?.[3]);
  if (!match || !(rate > 0 && rate <= 100_000)) {
    throw new RangeError(`TUESDAY_CLOCK must read origin=<ms>;at=<ms>;rate=<0 to 100000>, not "${text}"`);
  }
  return clockOf({ origin: Number(match[1]), at: Number(match[2]), rate });
}

function realSleep(millis: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, millis);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
