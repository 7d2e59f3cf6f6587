/**
 * What a device gives away to its neighbours: bytes a second, bytes a day, places at once, and nothing from a
 * battery that it needs itself. One budget for all bearers.
 */
import { type Clock, type Instant, type Refusal, refuse } from '@tuesday/protocol';
import { type Disk, realDisk } from '../storage/disk.ts';
import { DayCount } from './day-count.ts';
import type { ReadPower } from './power.ts';

export interface BudgetOptions {
  readonly bytesPerSecond: number;
  readonly bytesPerDay: number;
  /** Neighbours that are given artifacts at once. */
  readonly neighbours: number;
  /** Percent; off mains nothing is given below it. */
  readonly minBattery: number;
}

/** Where the bytes of the day are remembered; absent: they are forgotten with the process. */
export interface BudgetMemory {
  readonly file: string;
  readonly disk?: Disk;
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
const DISK_SECONDS = 300;

export class RelayBudget {
  readonly #options: BudgetOptions;
  readonly #power: ReadPower;
  readonly #clock: Clock;
  readonly #served = new Map<string, number>();
  readonly #day: DayCount;
  /** When the bytes that were promised so far have left. */
  #freeAt: Instant;

  constructor(options: BudgetOptions, power: ReadPower, clock: Clock, memory?: BudgetMemory) {
    const { bytesPerDay } = options;
    this.#options = options;
    this.#power = power;
    this.#clock = clock;
    this.#day = new DayCount({ bytesPerDay, clock, file: memory?.file, disk: memory?.disk ?? realDisk });
    this.#freeAt = clock.now();
  }

  /** Bytes that leave in about a second, and in one piece. */
  get pieceBytes(): number {
    return Math.min(16_384, this.#options.bytesPerSecond);
  }

  /** Bytes given since the day of the budget began. */
  get givenToday(): number {
    return this.#day.given;
  }

  /** What was set aside and not given is free again. */
  close(): Promise<void> {
    return this.#day.close();
  }

  /**
   * May so many bytes be given now?
   *
   * @param ahead bytes that may then be spent without asking again, until it is asked again
   */
  async mayGive(bytes: number, ahead = bytes): Promise<NotNow | undefined> {
    await this.#day.open();
    return (await this.#lacksPower()) ?? this.#lacksBytes(bytes) ?? (await this.#lacksMemory(ahead));
  }

  /** Takes so many bytes that need no place. @returns milliseconds to wait before they may leave */
  async take(bytes: number): Promise<NotNow | number> {
    await this.#day.open();
    const notNow = (await this.#lacksPower()) ?? this.#lacksBytes(bytes);
    if (notNow !== undefined) return notNow;
    this.#day.count(bytes);
    return (await this.#lacksMemory()) ?? this.#pace(bytes);
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
    const { given, endsIn } = this.#day;
    if (given + bytes <= bytesPerDay) return undefined;
    const because = `this neighbour gave ${given} of ${bytesPerDay} bytes today; ${bytes} more are too many.`;
    return {
      refused: refuse('relay-refused', because),
      afterSeconds: Math.max(1, Math.ceil(endsIn / 1_000)),
    };
  }

  /** What leaves without being remembered could leave again after the next power cut. */
  async #lacksMemory(ahead = 0): Promise<NotNow | undefined> {
    try {
      await this.#day.setAside(ahead);
      return undefined;
    } catch (error) {
      const because = `this neighbour cannot write down what it gives: ${(error as Error).message}`;
      return { refused: refuse('relay-refused', because.slice(0, 300)), afterSeconds: DISK_SECONDS };
    }
  }

  /**
   * A place for one neighbour, until it is disposed of. The same neighbour twice takes one place.
   *
   * @param bytes that it will ask for
   */
  async takePlace(neighbour: string, bytes: number): Promise<Place | NotNow> {
    await this.#day.open();
    const notNow = await this.#lacksPower();
    if (notNow !== undefined) return notNow;
    // Nothing is awaited from here on until it is counted: two that ask at once do not get the same bytes.
    const tooMany = this.#lacksBytes(bytes);
    if (tooMany !== undefined) return tooMany;
    const held = this.#served.get(neighbour) ?? 0;
    if (held === 0 && this.#served.size >= this.#options.neighbours) {
      const because = `this neighbour gives to ${this.#served.size} others already.`;
      return { refused: refuse('relay-refused', because), afterSeconds: PLACE_SECONDS };
    }
    this.#served.set(neighbour, held + 1);
    this.#day.count(bytes);
    const place = this.#place(neighbour, bytes);
    const forgets = await this.#lacksMemory();
    if (forgets === undefined) return place;
    place[Symbol.dispose]();
    return forgets;
  }

  #place(neighbour: string, bytes: number): Place {
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
        this.#day.giveBack(Math.max(0, left));
        this.#leave(neighbour);
      },
    };
  }

  #leave(neighbour: string): void {
    const held = (this.#served.get(neighbour) ?? 1) - 1;
    if (held === 0) this.#served.delete(neighbour);
    else this.#served.set(neighbour, held);
  }

  /** Counts bytes that leave anyway; @returns milliseconds to wait before they may leave */
  spend(bytes: number): number {
    this.#day.spend(bytes);
    return this.#pace(bytes);
  }

  #pace(bytes: number): number {
    const now = this.#clock.now();
    // A clock that was set back does not make the neighbours wait for it.
    const start = this.#freeAt - now > DAY ? now : Math.max(now, this.#freeAt);
    this.#freeAt = start + (bytes * 1_000) / this.#options.bytesPerSecond;
    return start - now;
  }
}
