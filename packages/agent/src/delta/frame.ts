/** What the head of a Zstandard frame says about the memory that decoding takes. RFC 8878, section 3.1.1.1. */

export interface FrameHead {
  /** Bytes that come out, as the frame has it; undefined when it does not say. */
  readonly contentSize: number | undefined;
  /** Bytes of history that the decoder keeps. */
  readonly windowSize: number;
}

const MAGIC = 0xfd2fb528;
/** Longest head, bytes: magic, descriptor, window, dictionary id, content size. */
const LONGEST = 18;

/**
 * @param frame its first bytes, 18 or all of them
 * @returns undefined when this is no Zstandard frame, or one that asks for a named dictionary
 */
export function readFrameHead(frame: Uint8Array): FrameHead | undefined {
  const head = Buffer.alloc(LONGEST);
  head.set(frame.subarray(0, LONGEST));
  const descriptor = head.readUInt8(4);
  const reserved = (descriptor & 0b1000) !== 0;
  if (frame.length < 6 || head.readUInt32LE(0) !== MAGIC || reserved) return undefined;
  // A delta has the old artifact for its dictionary, and that has no id.
  if ((descriptor & 0b11) !== 0) return undefined;
  const single = (descriptor & 0b10_0000) !== 0;
  const contentSize = contentSizeAt(head, single ? 5 : 6, descriptor >> 6, single);
  if (single) return contentSize === undefined ? undefined : { contentSize, windowSize: contentSize };
  return { contentSize, windowSize: windowSizeOf(head.readUInt8(5)) };
}

function windowSizeOf(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 0b111);
}

function contentSizeAt(head: Buffer, at: number, flag: number, single: boolean): number | undefined {
  if (flag === 0) return single ? head.readUInt8(at) : undefined;
  if (flag === 1) return head.readUInt16LE(at) + 256;
  if (flag === 2) return head.readUInt32LE(at);
  return Number(head.readBigUInt64LE(at));
}
