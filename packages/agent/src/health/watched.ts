/** Firmware that the agent does not run as its child: it is looked at in intervals. */
import type { Clock, ErrorCode, SlotName } from '@tuesday/protocol';
import type { ApplicationPort } from './application.ts';

/** What one look found. `id` changes whenever the firmware was started anew. */
export type Sight =
  | { readonly is: 'runs'; readonly id: string }
  /** Neither yet: it is being started, or could not be looked at. */
  | { readonly is: 'unclear' }
  | { readonly is: 'gone'; readonly exitCode: number | null };

export interface WatchedOptions {
  readonly clock: Clock;
  readonly pollMillis: number;
  readonly onStarted: () => void;
  readonly onExit: (exitCode: number | null, errorCode: ErrorCode | undefined) => void;
  /** Asks for the firmware of the slot to run; rejects when that failed for good. */
  readonly start: (slot: SlotName) => Promise<void>;
  readonly stop: () => void;
  readonly see: () => Promise<Sight>;
  readonly errorCodeOf: (exitCode: number | null) => ErrorCode | undefined;
}

export class WatchedApplication implements ApplicationPort {
  readonly broker = undefined;
  readonly error = undefined;
  readonly metrics = undefined;
  readonly mqttDownMillis = 0;
  readonly #options: WatchedOptions;
  #watching: AbortController | undefined;
  #id: string | undefined;

  constructor(options: WatchedOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#id !== undefined;
  }

  start(slot: SlotName): void {
    this.#leave();
    const watching = new AbortController();
    this.#watching = watching;
    void this.#watch(slot, watching.signal);
  }

  /** Only what was started here is stopped here: firmware that ran before the agent goes on. */
  stop(): void {
    if (this.#watching === undefined) return;
    this.#leave();
    this.#options.stop();
  }

  #leave(): void {
    this.#watching?.abort();
    this.#watching = undefined;
    this.#id = undefined;
  }

  async #watch(slot: SlotName, signal: AbortSignal): Promise<void> {
    const { start, clock, pollMillis } = this.#options;
    const started = await start(slot).then(
      () => true,
      () => false,
    );
    if (signal.aborted) return;
    if (!started) return this.#gone(null);
    while (!signal.aborted) {
      const sight = await this.#options.see().catch((): Sight => ({ is: 'unclear' }));
      if (signal.aborted) return;
      if (sight.is === 'gone') return this.#gone(sight.exitCode);
      if (sight.is === 'runs') {
        // Started anew behind our back: the one before has ended.
        if (this.#id !== undefined && this.#id !== sight.id) return this.#gone(null);
        if (this.#id === undefined) {
          this.#id = sight.id;
          this.#options.onStarted();
        }
      }
      await clock.sleep(pollMillis, signal).catch(() => undefined);
    }
  }

  #gone(exitCode: number | null): void {
    this.#leave();
    this.#options.onExit(exitCode, this.#options.errorCodeOf(exitCode));
  }
}
