/**
 * What a device gives away to its neighbours: bytes a second, bytes a day, places at once, and nothing from a
 * battery that it needs itself. One budget for all bearers.
 */
import { type Clock, type Instant, type Refusal, refuse } from '@tuesday/protocol';
import type { ReadPower } from './power.ts';

export interface BudgetOptions {
  readonly bytesPerSecond: number;
  readonly bytesPerDay: number;
  /** Neighbours that are given artifacts at once. */
  readonly neighbours: number;
  /** Percent; off mains nothing is given below it. */
  readonly minBattery: number;
}

/** Seconds until a refused neighbour may ask again. */
export interface NotNow {
  readonly refused: Refusal;
  readonly afterSeconds: number;
}

const DAY = 86_400_000;
/** A neighbour that is being given something. Dispose of it when it has what it wanted, or went away. */
export interface Place extends Disposable {
  /** @returns milliseconds to wait before so many of its bytes may leave */
  pace(bytes: number): number;
}

/** Places free up soon; batteries do not. */
const PLACE_SECONDS = 30;
const POWER_SECONDS = 1_800;

export class RelayBudget {
  readonly #options: BudgetOptions;
  readonly #power: ReadPower;
  readonly #clock: Clock;
  readonly #served = new Map<string, number>();
  #day: { readonly from: Instant; bytes: number };
  /** When the bytes that were promised so far have left. */
  #freeAt: Instant;

  constructor(options: BudgetOptions, power: ReadPower, clock: Clock) {
    this.#options = options;
    this.#power = power;
    this.#clock = clock;
    this.#day = { from: clock.now(), bytes: 0 };
    this.#freeAt = clock.now();
  }

  /** Bytes that leave in about a second, and in one piece. */
  get pieceBytes(): number {
    return Math.min(16_384, this.#options.bytesPerSecond);
  }

  /** Bytes given since the day of the budget began. */
  get givenToday(): number {
    return this.#today().bytes;
  }

  /** May anything be given now? */
  async mayGive(bytes: number): Promise<NotNow | undefined> {
    return (await this.#lacksPower()) ?? this.#lacksBytes(bytes);
  }

  async #lacksPower(): Promise<NotNow | undefined> {
    const { mains, battery } = await this.#power();
    const { minBattery } = this.#options;
    if (mains || (battery ?? 0) >= minBattery) return undefined;
    const because = `the battery of this neighbour is at ${battery ?? 0} %, it gives from ${minBattery} % on.`;
    return { refused: refuse('relay-refused', because), afterSeconds: POWER_SECONDS };
  }

  #lacksBytes(bytes: number): NotNow | undefined {
    const { bytesPerDay } = this.#options;
    const day = this.#today();
    if (day.bytes + bytes <= bytesPerDay) return undefined;
    const because = `this neighbour gave ${day.bytes} of ${bytesPerDay} bytes today; ${bytes} more are too many.`;
    const left = day.from + DAY - this.#clock.now();
    return { refused: refuse('relay-refused', because), afterSeconds: Math.max(1, Math.ceil(left / 1_000)) };
  }

  /**
   * A place for one neighbour, until it is disposed of. The same neighbour twice takes one place.
   *
   * @param bytes that it will ask for
   */
  async takePlace(neighbour: string, bytes: number): Promise<Place | NotNow> {
    const notNow = await this.#lacksPower();
    if (notNow !== undefined) return notNow;
    // Nothing is awaited from here on: two that ask at once do not get the same bytes.
    const tooMany = this.#lacksBytes(bytes);
    if (tooMany !== undefined) return tooMany;
    const held = this.#served.get(neighbour) ?? 0;
    if (held === 0 && this.#served.size >= this.#options.neighbours) {
      const because = `this neighbour gives to ${this.#served.size} others already.`;
      return { refused: refuse('relay-refused', because), afterSeconds: PLACE_SECONDS };
    }
    this.#served.set(neighbour, held + 1);
    this.#today().bytes += bytes;
    let left = bytes;
    let isOver = false;
    return {
      pace: (piece) => {
        left -= piece;
        return this.#pace(piece);
      },
      [Symbol.dispose]: () => {
        if (isOver) return;
        isOver = true;
        // What was counted and did not leave.
        const day = this.#today();
        day.bytes = Math.max(0, day.bytes - Math.max(0, left));
        this.#leave(neighbour);
      },
    };
  }

  #leave(neighbour: string): void {
    const held = (this.#served.get(neighbour) ?? 1) - 1;
    if (held === 0) this.#served.delete(neighbour);
    else this.#served.set(neighbour, held);
  }

  /** Counts bytes that take no place; @returns milliseconds to wait before they may leave */
  spend(bytes: number): number {
    this.#today().bytes += bytes;
    return this.#pace(bytes);
  }

  #pace(bytes: number): number {
    const now = this.#clock.now();
    // A clock that was set back does not make the neighbours wait for it.
    const start = this.#freeAt - now > DAY ? now : Math.max(now, this.#freeAt);
    this.#freeAt = start + (bytes * 1_000) / this.#options.bytesPerSecond;
    return start - now;
  }

  #today(): { readonly from: Instant; bytes: number } {
    const now = this.#clock.now();
    if (now - this.#day.from >= DAY || now < this.#day.from) this.#day = { from: now, bytes: 0 };
    return this.#day;
  }
}
