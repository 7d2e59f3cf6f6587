/**
 * Group commit: items that arrive while a transaction is under way wait and go together in the next one.
 * One item pays for one commit; a thousand pay for a few.
 */

export interface BatchOptions<Item, Answer> {
  /** Most items of one run. */
  readonly limit: number;
  /** Most items that wait; more are turned away by `full`. */
  readonly waiting: number;
  /** One transaction for all of them: all are durable when it resolves, none when it rejects. */
  readonly run: (items: readonly Item[]) => Promise<readonly Answer[]>;
  /** Whether a failure can be one item's fault, so that its neighbours are tried without it. */
  readonly isOfAnItem: (cause: unknown) => boolean;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (cause: unknown) => void;
}

export class Batch<Item, Answer> {
  readonly #options: BatchOptions<Item, Answer>;
  #queue: Waiting<Item, Answer>[] = [];
  #running: Promise<void> | undefined;

  constructor(options: BatchOptions<Item, Answer>) {
    this.#options = options;
  }

  /** Whether an item that is added now would wait behind too many. */
  get full(): boolean {
    return this.#queue.length >= this.#options.waiting;
  }

  /** Resolves when the item is durable. Rejects when it could not be made so, even on its own. */
  add(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, resolve, reject });
      this.#running ??= this.#drain();
    });
  }

  /** Resolves when nothing waits or runs any more. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #drain(): Promise<void> {
    // What has been read from the sockets in this turn of the event loop goes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const taken = this.#queue.splice(0, this.#options.limit);
      await this.#together(taken);
    }
    this.#running = undefined;
  }

  async #together(taken: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.#options.run(taken.map(({ item }) => item));
      taken.forEach(({ resolve }, index) => resolve(answers[index] as Answer));
    } catch (cause) {
      if (taken.length === 1 || !this.#options.isOfAnItem(cause)) {
        for (const { reject } of taken) reject(cause);
        return;
      }
      // One of them spoils it for all: halves find it in few steps, and its neighbours go through.
      const middle = taken.length >> 1;
      await this.#together(taken.slice(0, middle));
      await this.#together(taken.slice(middle));
    }
  }
}
