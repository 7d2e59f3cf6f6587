/** Deltas as the server makes them, and images to make them from. */
import { constants, zstdCompressSync } from 'node:zlib';

/** @param more parameters in place of the usual ones */
export function patch(base: Buffer, image: Buffer, more: Record<number, number> = {}): Buffer {
  const windowLog = Math.max(10, Math.ceil(Math.log2(image.length)));
  return zstdCompressSync(image, {
    dictionary: base,
    params: {
      [constants.ZSTD_c_compressionLevel]: 9,
      [constants.ZSTD_c_windowLog]: windowLog,
      [constants.ZSTD_c_checksumFlag]: 1,
      ...more,
    },
  });
}

/** Bytes that do not compress (mulberry32). */
export function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let at = 0; at < length; at++) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    bytes[at] = mixed >>> 24;
  }
  return bytes;
}

/** As the next release: a few bytes changed here and there, a piece put in. */
export function nextOf(base: Buffer, seed: number, edits = 20): Buffer {
  const places = noise(edits * 4, seed);
  const cut = Math.floor(base.length / 3);
  const next = Buffer.concat([base.subarray(0, cut), noise(300, seed + 1), base.subarray(cut)]);
  for (let edit = 0; edit < edits; edit++) {
    const at = places.readUInt32LE(edit * 4) % next.length;
    next[at] = (next[at] ?? 0) ^ 0x5a;
  }
  return next;
}
