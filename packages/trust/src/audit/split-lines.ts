/** Cuts bytes into lines at each line feed, whatever the chunks are that they come in. */

/** No line of ours is longer; a file without line feeds must not fill the memory. */
const LONGEST_LINE = 32 * 1024 * 1024;
const LINE_FEED = 0x0a;

export class LineSplitter {
  #begun: Uint8Array[] = [];
  #length = 0;

  /** Bytes after the last line feed. */
  get left(): number {
    return this.#length;
  }

  /**
   * Gives the lines that this chunk completes, without their line feed.
   *
   * @throws RangeError when a line grows longer than 32 MiB
   */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      this.#keep(chunk.subarray(from, at));
      const line = this.#begun.length === 1 ? (this.#begun[0] as Uint8Array) : Buffer.concat(this.#begun);
      this.#begun = [];
      this.#length = 0;
      from = at + 1;
      yield line;
    }
    if (from < chunk.length) this.#keep(chunk.slice(from));
  }

  #keep(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length > LONGEST_LINE) throw new RangeError('the line is longer than 32 MiB');
    this.#begun.push(part);
  }
}
