/** Bytes from one place of a disk to another, and what they are: in pieces, because images are larger than memory. */
import { createHash } from 'node:crypto';
import { type Disk, type DiskFile, realDisk } from './disk.ts';

/**
 * Writes all bytes of a file to one that is open, from its start on, durably.
 *
 * @throws the signal's reason when it is aborted; what the file system throws
 */
export async function copyInto(
  file: DiskFile,
  from: string,
  disk: Disk,
  signal?: AbortSignal,
): Promise<void> {
  let at = 0;
  for await (const chunk of disk.stream(from)) {
    signal?.throwIfAborted();
    await file.write(chunk, at);
    at += chunk.length;
  }
  await file.sync();
}

export interface DigestOptions {
  /** Of the first bytes only; of all when there are fewer. */
  readonly length?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * @returns SHA-256, hex
 * @throws the signal's reason when it is aborted; what the file system throws
 */
export async function digestOf(
  path: string,
  disk: Disk = realDisk,
  { length = Infinity, signal }: DigestOptions = {},
): Promise<string> {
  const hash = createHash('sha256');
  let left = length;
  for await (const chunk of disk.stream(path)) {
    signal?.throwIfAborted();
    hash.update(chunk.length > left ? chunk.subarray(0, left) : chunk);
    left -= chunk.length;
    if (left <= 0) break;
  }
  return hash.digest('hex');
}

/** The first digits are enough for a person to tell two apart. */
export function shortDigest(sha256: string): string {
  return `${sha256.slice(0, 12)}…`;
}
