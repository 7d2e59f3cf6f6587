/** SHA-256 of a file, piece by piece, so that a gigabyte never stands in memory and the page goes on. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Bytes that are read at once. */
export const PIECE = 1_048_576;

/**
 * `crypto.subtle` wants the whole file at once, and is not there where the console is served without TLS.
 *
 * @param onRead bytes read so far
 * @returns 64 hex digits
 * @throws DOMException when the file cannot be read any more
 */
export async function digestOf(
  file: Blob,
  onRead: (bytes: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<string> {
  const hash = sha256.create();
  for (let at = 0; at < file.size; at += PIECE) {
    // eslint-disable-next-line no-await-in-loop
    hash.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
    signal?.throwIfAborted();
    onRead(Math.min(file.size, at + PIECE));
  }
  return bytesToHex(hash.digest());
}
