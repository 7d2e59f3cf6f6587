/** A bandwidth limit: a bucket that fills with so many bytes a second, and holds one second's worth. */
import type { Clock } from '@tuesday/protocol';

export class Pace {
  readonly #clock: Clock;
  readonly #bytesPerSecond: number;
  #level: number;
  #at: number;

  constructor(bytesPerSecond: number, clock: Clock) {
    this.#clock = clock;
    this.#bytesPerSecond = bytesPerSecond;
    this.#level = bytesPerSecond;
    this.#at = clock.now();
  }

  /** Takes bytes that have come, and resolves when more may come. A clock that jumps neither blocks nor floods. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const passed = Math.min(1_000, Math.max(0, now - this.#at));
    this.#level = Math.min(this.#bytesPerSecond, this.#level + (passed / 1_000) * this.#bytesPerSecond);
    this.#level -= bytes;
    if (this.#level < 0) {
      await this.#clock.sleep((-this.#level / this.#bytesPerSecond) * 1_000, signal);
      this.#level = 0;
    }
    this.#at = this.#clock.now();
  }
}
