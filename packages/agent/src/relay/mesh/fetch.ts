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
  /** Silence after which the source is given up, milliseconds. */
  readonly patienceMillis: number;
  /** What another source brought before it fell silent. */
  readonly assembly?: Assembly;
}

/** Blocks that are under way at once. */
const WINDOW = 6;
const GROWS_BY = 1.5;
const GROWS_TO = 16;

interface Asked {
  at: Instant;
}

export class MeshFetch {
  readonly assembly: Assembly;
  readonly #options: FetchOptions;
  readonly #handle: number;
  readonly #asked = new Map<number, Asked>();
  #next = 0;
  #heardAt: Instant;
  #stretch = 1;

  constructor(options: FetchOptions, now: Instant) {
    this.#options = options;
    this.#handle = handleOf(options.id);
    this.#heardAt = now;
    this.assembly = options.assembly ?? new Assembly(options.length);
  }

  hear(source: number, pdu: Extract<Pdu, { is: 'data' }>, now: Instant): void {
    if (source !== this.#options.source || pdu.handle !== this.#handle) return;
    if (!this.assembly.take(pdu.block, pdu.segment, pdu.bytes)) return;
    this.#heardAt = now;
    this.#stretch = 1;
    const asked = this.#asked.get(pdu.block);
    if (asked !== undefined) asked.at = now;
    if (this.assembly.has(pdu.block)) this.#asked.delete(pdu.block);
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
    const quiet = this.#options.quietMillis * this.#stretch;
    const oldest = Math.min(...[...this.#asked.values()].map(({ at }) => at));
    const due = this.#asked.size === 0 ? this.#heardAt : oldest + quiet;
    return Math.min(due, this.#heardAt + this.#options.patienceMillis);
  }

  #again(now: Instant): Pdu[] {
    const quiet = this.#options.quietMillis * this.#stretch;
    const late = [...this.#asked].filter(([, { at }]) => now - at >= quiet);
    if (late.length > 0) this.#stretch = Math.min(GROWS_TO, this.#stretch * GROWS_BY);
    return late.map(([block, asked]) => {
      asked.at = now;
      return this.#want(block, 0);
    });
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
        this.#asked.set(this.#next, { at: now });
        this.#next += 1;
        more += 1;
      }
      wants.push(this.#want(first, more));
    }
    return wants;
  }

  #want(block: number, more: number): Pdu {
    const { source, id } = this.#options;
    return { is: 'want', to: source, id, block, missing: this.assembly.missing(block), more };
  }
}
