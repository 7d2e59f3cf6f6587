/** Asks one source for a file, a few blocks ahead, and again for what did not come. */
import type { Instant } from '@tuesday/protocol';
import { Assembly } from './assembly.ts';
import { blocksOf } from './blocks.ts';
import { handleOf, type Pdu } from './pdu.ts';

export interface FetchOptions {
  readonly id: string;
  readonly length: number;
  /** Address of whom it is asked from. */
  readonly source: number;
  /** Silence after which missing segments are asked for again, milliseconds. It grows while nothing comes. */
  readonly quietMillis: number;
  /** By so much segments may overtake each other, milliseconds. */
  readonly overtakeMillis: number;
  /** Silence after which the source is given up, milliseconds. */
  readonly patienceMillis: number;
  /** What another source brought before it fell silent. */
  readonly assembly?: Assembly;
}

/** Blocks that are under way at once. */
const WINDOW = 6;
const GROWS_BY = 1.5;
const GROWS_TO = 6;

interface Asked {
  /** Rises with every request. A source sends in the order in which it was asked. */
  order: number;
  /** When a block that was asked for later began to come: this one is over, whatever is missing. */
  passedAt: Instant | undefined;
}

export class MeshFetch {
  readonly assembly: Assembly;
  readonly #options: FetchOptions;
  readonly #handle: number;
  readonly #asked = new Map<number, Asked>();
  #next = 0;
  #orders = 0;
  #heardAt: Instant;
  /** Last request, or last segment that was of use. */
  #busyAt: Instant;
  #stretch = 1;

  constructor(options: FetchOptions, now: Instant) {
    this.#options = options;
    this.#handle = handleOf(options.id);
    this.#heardAt = now;
    this.#busyAt = now;
    this.assembly = options.assembly ?? new Assembly(options.length);
  }

  /** @returns whether it was meant for us, of use or not */
  hear(source: number, pdu: Extract<Pdu, { is: 'data' }>, now: Instant): boolean {
    if (source !== this.#options.source || pdu.handle !== this.#handle) return false;
    if (!this.assembly.take(pdu.block, pdu.segment, pdu.bytes)) return true;
    this.#heardAt = now;
    this.#busyAt = now;
    this.#stretch = 1;
    this.#notePassed(this.#asked.get(pdu.block)?.order ?? 0, now);
    if (this.assembly.has(pdu.block)) this.#asked.delete(pdu.block);
    return true;
  }

  /** done: all bytes are here. silent: the source has not been heard for too long. */
  state(now: Instant): 'running' | 'done' | 'silent' {
    if (this.assembly.isWhole) return 'done';
    return now - this.#heardAt >= this.#options.patienceMillis ? 'silent' : 'running';
  }

  /** What to say now. */
  wants(now: Instant): Pdu[] {
    return [...this.#again(now), ...this.#further(now)];
  }

  /** When `wants` has something to say, at the latest. */
  get nextDue(): Instant {
    if (this.assembly.isWhole) return Infinity;
    if (this.#asked.size === 0) return this.#busyAt;
    const { quietMillis, overtakeMillis, patienceMillis } = this.#options;
    const passed = Math.min(...[...this.#asked.values()].map(({ passedAt = Infinity }) => passedAt));
    return Math.min(
      this.#busyAt + quietMillis * this.#stretch,
      passed + overtakeMillis,
      this.#heardAt + patienceMillis,
    );
  }

  /** In silence everything that is missing; else what has been passed. Twice, because one word may be lost. */
  #again(now: Instant): Pdu[] {
    const { quietMillis, overtakeMillis } = this.#options;
    const isSilent = this.#asked.size > 0 && now - this.#busyAt >= quietMillis * this.#stretch;
    if (isSilent) {
      this.#stretch = Math.min(GROWS_TO, this.#stretch * GROWS_BY);
      this.#busyAt = now;
    }
    const late = [...this.#asked].filter(
      ([, { passedAt = Infinity }]) => isSilent || now - passedAt >= overtakeMillis,
    );
    for (const [block] of late) this.#noteAsked(block);
    const wants = late.map(([block]) => this.#want(block, 0));
    return [...wants, ...wants];
  }

  #noteAsked(block: number): void {
    this.#orders += 1;
    this.#asked.set(block, { order: this.#orders, passedAt: undefined });
  }

  #notePassed(order: number, now: Instant): void {
    for (const asked of this.#asked.values()) if (asked.order < order) asked.passedAt ??= now;
  }

  /** New blocks in one breath, when half of the window is free. */
  #further(now: Instant): Pdu[] {
    if (this.#asked.size > WINDOW / 2) return [];
    const wants: Pdu[] = [];
    const total = blocksOf(this.#options.length);
    while (this.#next < total && this.#asked.size < WINDOW) {
      if (this.assembly.has(this.#next)) {
        this.#next += 1;
        continue;
      }
      const first = this.#next;
      let more = -1;
      while (this.#next < total && this.#asked.size < WINDOW && !this.assembly.has(this.#next)) {
        this.#noteAsked(this.#next);
        this.#next += 1;
        more += 1;
      }
      wants.push(this.#want(first, more));
    }
    if (wants.length > 0) this.#busyAt = now;
    return [...wants, ...wants];
  }

  #want(block: number, more: number): Pdu {
    const { source, id } = this.#options;
    return { is: 'want', to: source, id, block, missing: this.assembly.missing(block), more };
  }
}
