/**
 * How deltas are encoded: Zstandard with the whole old artifact as dictionary, as `zstd --patch-from` does it. Wide
 * tables find what moved; the window covers the new artifact, or most of the old one would be out of reach.
 */
import { constants } from 'node:zlib';

const LEVEL = 19;
const LONGEST_WINDOW = 31;

export function encoderParameters(newSize: number): Record<number, number> {
  const windowLog = Math.min(LONGEST_WINDOW, Math.max(10, Math.ceil(Math.log2(newSize))));
  return {
    [constants.ZSTD_c_compressionLevel]: LEVEL,
    [constants.ZSTD_c_windowLog]: windowLog,
    [constants.ZSTD_c_hashLog]: 24,
    [constants.ZSTD_c_chainLog]: 25,
    [constants.ZSTD_c_checksumFlag]: 1,
  };
}

export function decoderParameters(): Record<number, number> {
  return { [constants.ZSTD_d_windowLogMax]: LONGEST_WINDOW };
}
