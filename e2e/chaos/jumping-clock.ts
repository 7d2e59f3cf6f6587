/** The clock of one device that somebody moves by a year and puts right again, as a bad RTC and NTP do together. */
import type { Clock } from '@tuesday/protocol';

const YEAR = 365 * 86_400_000;

export interface Jumps {
  /** Between two jumps on average, the clock's milliseconds. */
  readonly everyMillis: number;
  /** A jump stands for at most so long. */
  readonly lastMillis: number;
}

export class JumpingClock implements Clock {
  /** Jumps so far: a year ahead, and a year back. */
  readonly jumps = { ahead: 0, back: 0 };
  readonly #true: Clock;
  #offset = 0;

  constructor(trueClock: Clock) {
    this.#true = trueClock;
  }

  get rate(): number {
    return this.#true.rate;
  }

  now(): number {
    return this.#true.now() + this.#offset;
  }

  /** Timers of a machine run on a monotonic clock, which nobody moves. */
  sleep(millis: number, signal?: AbortSignal): Promise<void> {
    return this.#true.sleep(millis, signal);
  }

  /** Jumps at random moments until aborted; it is right then. */
  async jump({ everyMillis, lastMillis }: Jumps, random: () => number, signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        await this.#true.sleep(-Math.log(1 - random()) * everyMillis, signal);
        const isAhead = random() < 0.5;
        this.jumps[isAhead ? 'ahead' : 'back'] += 1;
        this.#offset = isAhead ? YEAR : -YEAR;
        await this.#true.sleep(random() * lastMillis, signal);
        this.#offset = 0;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#offset = 0;
    }
  }
}
