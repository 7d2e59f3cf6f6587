/** What the relay reads of MQTT in passing: packet types, and the first bytes of each. MQTT 3.1.1 and 5.0, clause 2. */

export const CONNECT = 1;
export const CONNACK = 2;
export const SUBACK = 9;

/** Bytes of a packet's body that are kept: enough for the longest head that is read here. */
const HEAD_BYTES = 16;

/** Follows a stream of packets, however it is cut into pieces. */
export class PacketHeads {
  readonly #take: (type: number, head: Buffer) => void;
  /** Bytes of the fixed header so far. */
  #header: number[] = [];
  #head: number[] = [];
  #left = 0;
  #inBody = false;

  constructor(take: (type: number, head: Buffer) => void) {
    this.#take = take;
  }

  read(data: Uint8Array): void {
    for (let at = 0; at < data.length;) {
      if (!this.#inBody) this.#readHeader(data[at++] as number);
      else at += this.#skip(data.subarray(at));
      if (this.#inBody && this.#left === 0) this.#ended();
    }
  }

  /** Type and flags, then the remaining length in up to four bytes of seven bits. */
  #readHeader(byte: number): void {
    this.#header.push(byte);
    const lengths = this.#header.slice(1);
    if (lengths.length === 0 || ((byte & 0x80) !== 0 && lengths.length < 4)) return;
    this.#left = lengths.reduce((sum, length, index) => sum + (length & 0x7f) * 128 ** index, 0);
    this.#inBody = true;
  }

  #skip(data: Uint8Array): number {
    const count = Math.min(data.length, this.#left);
    if (this.#head.length < HEAD_BYTES)
      this.#head.push(...data.subarray(0, Math.min(count, HEAD_BYTES - this.#head.length)));
    this.#left -= count;
    return count;
  }

  #ended(): void {
    this.#take((this.#header[0] as number) >> 4, Buffer.from(this.#head));
    this.#header = [];
    this.#head = [];
    this.#inBody = false;
  }
}

/** Seconds of keep-alive in a CONNECT; undefined when it has not its shape. */
export function keepAliveOf(connect: Buffer): number | undefined {
  // Length-prefixed protocol name, level, flags, keep-alive.
  const name = connect.length >= 2 ? connect.readUInt16BE(0) : undefined;
  if (name === undefined || connect.length < name + 6) return undefined;
  return connect.readUInt16BE(name + 4);
}
