/** The few artifacts that a rollout is handing out, kept in memory: several times cheaper than reading files. */

export class HotArtifacts {
  readonly #read: (sha256: string) => Promise<Buffer>;
  readonly #limit: number;
  readonly #kept = new Map<string, Promise<Buffer>>();
  readonly #sizes = new Map<string, number>();
  #bytes = 0;

  /** @param limit most bytes kept in all */
  constructor(read: (sha256: string) => Promise<Buffer>, limit = 268_435_456) {
    this.#read = read;
    this.#limit = limit;
  }

  /** Bytes that are kept now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @returns undefined when the artifact is too large to be kept: more than a quarter of the limit */
  of(sha256: string, size: number): Promise<Buffer> | undefined {
    if (size > this.#limit / 4) return undefined;
    const kept = this.#kept.get(sha256);
    if (kept) {
      // Last used goes last, so the first is the one to drop.
      this.#kept.delete(sha256);
      this.#kept.set(sha256, kept);
      return kept;
    }
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes + size <= this.#limit) break;
      this.#drop(oldest);
    }
    const read = this.#read(sha256);
    this.#kept.set(sha256, read);
    this.#sizes.set(sha256, size);
    this.#bytes += size;
    read.catch(() => this.#drop(sha256));
    return read;
  }

  #drop(sha256: string): void {
    this.#bytes -= this.#sizes.get(sha256) ?? 0;
    this.#sizes.delete(sha256);
    this.#kept.delete(sha256);
  }
}
