/**
 * What happens when: a binary heap of moments in whole milliseconds, as clocks have them and agents
 * write them down. Equal moments come in the order they were put in.
 */
export class EventQueue<T> {
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #items: T[] = [];
  #order = 0;

  get size(): number {
    return this.#items.length;
  }

  /** @param when rounded up: nothing comes before its time */
  put(when: number, item: T): void {
    const at = Math.ceil(when);
    let hole = this.#items.length;
    const order = this.#order++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if ((this.#times[parent] ?? 0) <= at) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#set(hole, at, order, item);
  }

  /** @returns the earliest moment at or before `until`, or undefined */
  take(until: number): { readonly at: number; readonly item: T } | undefined {
    const at = this.#times[0];
    const item = this.#items[0];
    if (at === undefined || at > until) return undefined;
    const lastTime = this.#times.pop() ?? 0;
    const lastOrder = this.#orders.pop() ?? 0;
    const lastItem = this.#items.pop() as T;
    if (this.#items.length > 0) this.#sink(lastTime, lastOrder, lastItem);
    return { at, item: item as T };
  }

  #sink(time: number, order: number, item: T): void {
    const length = this.#items.length;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= length) break;
      if (child + 1 < length && this.#before(child + 1, child)) child++;
      const childTime = this.#times[child] ?? 0;
      if (time < childTime || (time === childTime && order < (this.#orders[child] ?? 0))) break;
      this.#move(child, hole);
      hole = child;
    }
    this.#set(hole, time, order, item);
  }

  #before(a: number, b: number): boolean {
    const difference = (this.#times[a] ?? 0) - (this.#times[b] ?? 0);
    return difference < 0 || (difference === 0 && (this.#orders[a] ?? 0) < (this.#orders[b] ?? 0));
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from] ?? 0;
    this.#orders[to] = this.#orders[from] ?? 0;
    this.#items[to] = this.#items[from] as T;
  }

  #set(at: number, time: number, order: number, item: T): void {
    this.#times[at] = time;
    this.#orders[at] = order;
    this.#items[at] = item;
  }
}
