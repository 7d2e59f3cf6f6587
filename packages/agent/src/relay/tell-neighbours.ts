/**
 * Says now and then whom this device hears. Whom it names is looked at anew once an hour, so that a report that changes by
 * it is rare; it is said again in between, because a device that booted has forgotten it.
 */
import type { AmongNeighbours, Clock } from '@tuesday/protocol';

export interface TellingOptions {
  /** Real time. */
  readonly clock: Clock;
  /** Between two looks. */
  readonly everyMillis: number;
  readonly look: () => AmongNeighbours;
  readonly tell: (relay: AmongNeighbours) => void;
}

/** Beacons come once a minute: by then everybody was heard who is there. Real milliseconds. */
const FIRST = 150_000;
const AGAIN = 300_000;

export class TellNeighbours {
  readonly #options: TellingOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: TellingOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run().catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Ends by the signal's reason. */
  async #run(): Promise<never> {
    const { clock, everyMillis, look, tell } = this.#options;
    const { signal } = this.#stopping;
    await clock.sleep(Math.min(FIRST, everyMillis), signal);
    for (;;) {
      const until = clock.now() + everyMillis;
      const seen = look();
      do {
        tell(seen);
        await clock.sleep(Math.min(AGAIN, Math.max(1, until - clock.now())), signal);
      } while (clock.now() < until);
    }
  }
}
