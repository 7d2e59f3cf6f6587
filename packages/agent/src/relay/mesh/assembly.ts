/** A file that is being put together from segments of one source. It knows what is missing; it believes nothing. */
import { allOf, blocksOf, checkedBlock, segmentsOf, wireLength } from './blocks.ts';
import { SEGMENT } from './pdu.ts';

interface Partial {
  readonly segments: (Uint8Array | undefined)[];
  have: number;
}

export class Assembly {
  readonly length: number;
  readonly #whole: (Uint8Array | undefined)[];
  readonly #partial = new Map<number, Partial>();
  #left: number;
  /** Blocks that came whole with a wrong checksum. */
  noise = 0;

  constructor(length: number) {
    this.length = length;
    this.#left = blocksOf(length);
    this.#whole = Array.from({ length: this.#left });
  }

  get blocks(): number {
    return this.#whole.length;
  }

  get isWhole(): boolean {
    return this.#left === 0;
  }

  get percent(): number {
    return Math.floor((100 * (this.blocks - this.#left)) / Math.max(1, this.blocks));
  }

  has(block: number): boolean {
    return this.#whole[block] !== undefined;
  }

  /** Segments of a block that are not here, as a bit field. */
  missing(block: number): number {
    const all = allOf(segmentsOf(this.length, block));
    if (this.has(block)) return 0;
    return (all & ~(this.#partial.get(block)?.have ?? 0)) >>> 0;
  }

  /** @returns whether it was of use */
  take(block: number, segment: number, bytes: Uint8Array): boolean {
    if (block >= this.blocks || this.has(block)) return false;
    const count = segmentsOf(this.length, block);
    const wanted = Math.min(SEGMENT, wireLength(this.length, block) - segment * SEGMENT);
    if (segment >= count || bytes.length !== wanted) return false;
    const partial = this.#partial.get(block) ?? { segments: [], have: 0 };
    this.#partial.set(block, partial);
    if ((partial.have & (1 << segment)) !== 0) return false;
    partial.segments[segment] = Uint8Array.from(bytes);
    partial.have = (partial.have | (1 << segment)) >>> 0;
    if (partial.have === allOf(count)) this.#finish(block, partial);
    return true;
  }

  /** @throws RangeError when it is not whole */
  bytes(): Buffer {
    if (!this.isWhole) throw new RangeError('the file is not whole');
    return Buffer.concat(this.#whole as Uint8Array[]);
  }

  /** A block whose checksum does not fit begins again: nobody knows which of its segments was damaged. */
  #finish(block: number, { segments }: Partial): void {
    this.#partial.delete(block);
    const data = checkedBlock(segments as Uint8Array[]);
    if (data === undefined) {
      this.noise += 1;
      return;
    }
    this.#whole[block] = data;
    this.#left -= 1;
  }
}
