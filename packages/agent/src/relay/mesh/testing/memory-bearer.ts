/** A bearer in memory, with loss. */
import { type MeshBearer, SEGMENT_LIMIT } from '../bearer.ts';

export class MemoryBearer implements MeshBearer {
  readonly limit = SEGMENT_LIMIT;
  readonly inReach = new Set<MemoryBearer>();
  readonly #isLost: () => boolean;
  #listener: (segment: Uint8Array) => void = () => undefined;
  #isOpen = false;

  constructor(isLost: () => boolean) {
    this.#isLost = isLost;
  }

  open(): Promise<void> {
    this.#isOpen = true;
    return Promise.resolve();
  }

  send(segment: Uint8Array): void {
    if (!this.#isOpen || segment.length > this.limit) return;
    for (const other of this.inReach) {
      const copy = Uint8Array.from(segment);
      if (!this.#isLost()) setImmediate(() => other.#hear(copy));
    }
  }

  onSegment(listener: (segment: Uint8Array) => void): void {
    this.#listener = listener;
  }

  close(): Promise<void> {
    this.#isOpen = false;
    return Promise.resolve();
  }

  #hear(segment: Uint8Array): void {
    if (this.#isOpen) this.#listener(segment);
  }
}
