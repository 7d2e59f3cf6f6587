/**
 * Flooding with a hop limit. Whoever hears a frame for the first time passes it on with one hop less; what was heard
 * before is dropped, known by source and sequence number (the message cache of Mesh Profile 1.0, section 3.4.6.5, has
 * the same key).
 *
 * Frame, big-endian: version 3 bits, hops left 5 bits; network 2 octets; source 3; sequence 3; PDU 1 to 16.
 */
const VERSION = 1;
const HEADER = 9;
/** As the lower transport PDU of Bluetooth Mesh: 4 octets of header, 12 of segment (section 3.5.2). */
export const PDU_LIMIT = 16;

export interface NetworkOptions {
  /** 24 bits. */
  readonly address: number;
  /** 16 bits; frames of another network are neither heard nor passed on. */
  readonly network: number;
  readonly hops: number;
  readonly random: () => number;
}

export interface Heard {
  readonly source: number;
  readonly pdu: Uint8Array;
  /** The frame to pass on; undefined when its hops are used up. */
  readonly onward: Uint8Array | undefined;
}

/** Frames remembered. At 40 frames a second that is a minute and more. */
const CACHE = 4_096;

export class MeshNetwork {
  readonly #options: NetworkOptions;
  readonly #seen = new Set<number>();
  #sequence: number;

  constructor(options: NetworkOptions) {
    this.#options = options;
    // After a restart others still remember the numbers from before.
    this.#sequence = Math.floor(options.random() * 2 ** 24);
  }

  wrap(pdu: Uint8Array): Uint8Array {
    if (pdu.length === 0 || pdu.length > PDU_LIMIT) throw new RangeError(`a PDU has 1 to ${PDU_LIMIT} bytes`);
    const { address, network, hops } = this.#options;
    this.#sequence = (this.#sequence + 1) % 2 ** 24;
    const frame = Buffer.alloc(HEADER + pdu.length);
    frame.writeUInt8((VERSION << 5) | hops, 0);
    frame.writeUInt16BE(network, 1);
    frame.writeUIntBE(address, 3, 3);
    frame.writeUIntBE(this.#sequence, 6, 3);
    frame.set(pdu, HEADER);
    return frame;
  }

  /** @returns undefined for what is foreign, malformed, known already, or our own */
  hear(bytes: Uint8Array): Heard | undefined {
    const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (frame.length <= HEADER || frame.length > HEADER + PDU_LIMIT) return undefined;
    const first = frame.readUInt8(0);
    const hops = first & 0x1f;
    if (first >> 5 !== VERSION || hops === 0 || frame.readUInt16BE(1) !== this.#options.network)
      return undefined;
    const source = frame.readUIntBE(3, 3);
    const key = source * 2 ** 24 + frame.readUIntBE(6, 3);
    if (source === this.#options.address || this.#seen.has(key)) return undefined;
    this.#remember(key);
    return { source, pdu: frame.subarray(HEADER), onward: hops > 1 ? oneHopLess(frame) : undefined };
  }

  #remember(key: number): void {
    this.#seen.add(key);
    if (this.#seen.size <= CACHE) return;
    const [oldest] = this.#seen;
    this.#seen.delete(oldest as number);
  }
}

function oneHopLess(frame: Buffer): Uint8Array {
  const onward = Buffer.from(frame);
  onward.writeUInt8(frame.readUInt8(0) - 1, 0);
  return onward;
}
