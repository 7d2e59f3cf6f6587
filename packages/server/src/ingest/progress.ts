/** How far each device is with its update. Not durable: the last word of each device, of the newest devices. */
import type { Progress } from '@tuesday/protocol';

export class ProgressBoard {
  readonly #last = new Map<string, Progress>();
  readonly #limit: number;

  constructor(limit = 50_000) {
    this.#limit = limit;
  }

  set(device: string, progress: Progress): void {
    this.#last.delete(device);
    if (this.#last.size >= this.#limit) {
      const [oldest] = this.#last.keys();
      if (oldest !== undefined) this.#last.delete(oldest);
    }
    this.#last.set(device, progress);
  }

  of(device: string): Progress | undefined {
    return this.#last.get(device);
  }

  /** An outcome ends what was in progress. */
  clear(device: string): void {
    this.#last.delete(device);
  }
}
