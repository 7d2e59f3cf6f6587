/**
 * Watches the lengths that a broker announces, so that nothing is collected for a packet that no broker of ours
 * sends: a header may announce 256 MB, and the parser would wait for them. MQTT 3.1.1 and 5, section 2.
 */

/** Answers are at most 16 KiB and a little. */
export const PACKET_LIMIT = 65_536;

export class PacketLimit {
  readonly #limit: number;
  /** Bytes of the present packet that are still to come. */
  #rest = 0;
  /** Bytes of the length field so far; -1: the first byte of a packet is next. */
  #lengthBytes = -1;
  #length = 0;

  constructor(limit = PACKET_LIMIT) {
    this.#limit = limit;
  }

  /** @throws Error at the first packet whose announced length is above the limit, or no length */
  feed(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      if (this.#rest > 0) {
        const step = Math.min(this.#rest, chunk.length - at);
        this.#rest -= step;
        at += step;
      } else {
        this.#header(chunk[at] as number);
        at += 1;
      }
    }
  }

  #header(byte: number): void {
    if (this.#lengthBytes < 0) {
      this.#lengthBytes = 0;
      this.#length = 0;
      return;
    }
    this.#length += (byte & 127) * 128 ** this.#lengthBytes;
    this.#lengthBytes += 1;
    if (byte >= 128) {
      if (this.#lengthBytes === 4) throw new Error('the broker sent what is no MQTT packet');
      return;
    }
    if (this.#length > this.#limit)
      throw new Error(`the broker announced a packet of ${this.#length} bytes; ${this.#limit} are the most`);
    this.#rest = this.#length;
    this.#lengthBytes = -1;
  }
}
