/** Files that this device gives on the mesh now, and the segments that were asked for and have not left. */
import type { Instant } from '@tuesday/protocol';
import { allOf, blocksOf, segmentBytes, segmentsOf } from './blocks.ts';
import { handleOf, type Pdu } from './pdu.ts';

interface GivenFile {
  readonly id: string;
  readonly bytes: Uint8Array;
  usedAt: Instant;
}

/** Files in memory at once. */
const FILES = 4;
/** Segments that wait; more are not taken on, and will be asked for again. */
const WAITING = 1_024;
/** Whole blocks that one request may ask for beyond its first. */
const MORE = 16;

export class Giving {
  readonly #files = new Map<string, GivenFile>();
  /** `file block segment`, in the order in which they leave. */
  readonly #waiting = new Map<
    string,
    { readonly file: GivenFile; readonly block: number; readonly segment: number }
  >();

  /** Keeps a file ready; the one that was not used for longest goes. */
  keep(id: string, bytes: Uint8Array, now: Instant): void {
    const short = id.slice(0, 8);
    if (!this.#files.has(short) && this.#files.size >= FILES) {
      const oldest = [...this.#files].reduce((a, b) => (a[1].usedAt <= b[1].usedAt ? a : b));
      this.#files.delete(oldest[0]);
    }
    this.#files.set(short, { id, bytes, usedAt: now });
  }

  /** @returns whether it is one of ours, and something will be sent */
  want({ id, block, missing, more }: Extract<Pdu, { is: 'want' }>, now: Instant): boolean {
    const file = this.#files.get(id.slice(0, 8));
    if (file === undefined || block >= blocksOf(file.bytes.length)) return false;
    file.usedAt = now;
    this.#add(file, block, missing);
    const last = Math.min(blocksOf(file.bytes.length) - 1, block + Math.min(more, MORE));
    for (let next = block + 1; next <= last; next++) this.#add(file, next, 0xffff_ffff);
    return true;
  }

  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  next(): Pdu | undefined {
    const first = this.#waiting.entries().next();
    if (first.done === true) return undefined;
    const [key, { file, block, segment }] = first.value;
    this.#waiting.delete(key);
    return {
      is: 'data',
      handle: handleOf(file.id),
      block,
      segment,
      bytes: segmentBytes(file.bytes, block, segment),
    };
  }

  #add(file: GivenFile, block: number, missing: number): void {
    const count = segmentsOf(file.bytes.length, block);
    const wanted = missing & allOf(count);
    for (let segment = 0; segment < count; segment++) {
      if ((wanted & (1 << segment)) === 0 || this.#waiting.size >= WAITING) continue;
      this.#waiting.set(`${file.id} ${block} ${segment}`, { file, block, segment });
    }
  }
}
