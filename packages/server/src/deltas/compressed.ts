/** What an artifact is packed with as a whole: then a small change moves all of its bytes. */

const MAGICS: ReadonlyArray<readonly [string, string]> = [
  ['gzip', '1f8b'],
  ['xz', 'fd377a585a00'],
  ['Zstandard', '28b52ffd'],
  ['bzip2', '425a68'],
  ['LZ4', '04224d18'],
  ['ZIP', '504b0304'],
];

/** @param start the first bytes of the artifact */
export function packedWith(start: Buffer): string | undefined {
  return MAGICS.find(([, magic]) => start.subarray(0, magic.length / 2).toString('hex') === magic)?.[0];
}
