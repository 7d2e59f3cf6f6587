/**
 * How deltas are encoded: Zstandard with the whole old artifact as dictionary, as `zstd --patch-from` does it. Wide
 * tables find what moved; the window covers the new artifact, or most of the old one would be out of reach.
 */
import { constants } from 'node:zlib';

const LEVEL = 19;
const LONGEST_WINDOW = 31;

/** @param oldSize bytes of the dictionary, @param newSize bytes that are encoded */
export function encoderParameters(oldSize: number, newSize: number): Record<number, number> {
  const bits = (size: number) => Math.max(10, Math.ceil(Math.log2(size)));
  const both = bits(oldSize + newSize);
  return {
    [constants.ZSTD_c_compressionLevel]: LEVEL,
    [constants.ZSTD_c_windowLog]: Math.min(LONGEST_WINDOW, bits(newSize)),
    // As many as there are positions: for a small image the widest tables cost more than the work.
    [constants.ZSTD_c_hashLog]: Math.min(24, both),
    [constants.ZSTD_c_chainLog]: Math.min(25, both + 1),
    [constants.ZSTD_c_checksumFlag]: 1,
  };
}

export function decoderParameters(): Record<number, number> {
  return { [constants.ZSTD_d_windowLogMax]: LONGEST_WINDOW };
}
