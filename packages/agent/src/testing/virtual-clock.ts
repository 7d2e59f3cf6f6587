/** Time that stands still until somebody moves it on. */
import type { Clock, Instant } from '@tuesday/protocol';

interface Sleeper {
  readonly at: Instant;
  readonly wake: () => void;
}

export class VirtualClock implements Clock {
  readonly rate = 1;
  #now: Instant;
  readonly #sleepers = new Set<Sleeper>();

  constructor(now: Instant) {
    this.#now = now;
  }

  now(): Instant {
    return this.#now;
  }

  sleep(millis: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      const wake = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      // It shows whole milliseconds, as the wall's does.
      const sleeper = { at: this.#now + Math.ceil(Math.max(0, millis)), wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** When the next one wakes; undefined when nobody waits. */
  get nextAt(): Instant | undefined {
    return this.#first?.at;
  }

  /**
   * Moves on to the first that wakes, and wakes it alone.
   *
   * @returns false when nobody wakes by `until`; it is `until` then
   */
  step(until: Instant): boolean {
    const first = this.#first;
    if (first === undefined || first.at > until) {
      this.#now = Math.max(this.#now, until);
      return false;
    }
    this.#now = Math.max(this.#now, first.at);
    this.#sleepers.delete(first);
    first.wake();
    return true;
  }

  get #first(): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) if (first === undefined || sleeper.at < first.at) first = sleeper;
    return first;
  }
}
