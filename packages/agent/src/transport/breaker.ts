/** Full-jitter back-off with a circuit breaker, for one connection. */
import type { Clock, Instant } from '@tuesday/protocol';
import type { BackOff } from '../core/types.ts';

export interface BreakerOptions extends BackOff {
  /** So many failures in a row open the breaker: from then on one attempt per cap (± half). */
  readonly breakerAfter: number;
}

export class Breaker {
  readonly #options: BreakerOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;
  #closedUntil: Instant = 0;

  constructor(options: BreakerOptions, clock: Clock, random: () => number) {
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** Milliseconds until the next attempt may be made; 0: now. */
  get waitMillis(): number {
    return Math.max(0, this.#closedUntil - this.#clock.now());
  }

  succeeded(): void {
    this.#failures = 0;
    this.#closedUntil = 0;
  }

  failed(): void {
    this.#failures += 1;
    const { baseMillis, capMillis, breakerAfter } = this.#options;
    const wait =
      this.#failures >= breakerAfter
        ? capMillis * (0.5 + this.#random())
        : this.#random() * Math.min(capMillis, baseMillis * 2 ** Math.min(this.#failures, 30));
    this.#closedUntil = this.#clock.now() + wait;
  }
}
