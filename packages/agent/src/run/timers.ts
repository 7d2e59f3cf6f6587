import type { Clock } from '@tuesday/protocol';
import type { TimerName } from '../core/types.ts';

/** The named timers of one device; a timer of the same name replaces the one before. */
export class Timers {
  readonly #clock: Clock;
  readonly #due: (name: TimerName) => void;
  readonly #set = new Map<TimerName, AbortController>();

  constructor(clock: Clock, due: (name: TimerName) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  set(name: TimerName, delayMillis: number): void {
    this.#set.get(name)?.abort();
    const stop = new AbortController();
    this.#set.set(name, stop);
    this.#clock.sleep(delayMillis, stop.signal).then(
      () => {
        if (this.#set.get(name) === stop) this.#set.delete(name);
        this.#due(name);
      },
      () => undefined,
    );
  }

  clear(): void {
    for (const stop of this.#set.values()) stop.abort();
    this.#set.clear();
  }
}
