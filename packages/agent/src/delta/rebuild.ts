/**
 * Puts a new artifact together from the one that runs and a delta. A delta is not signed, because what comes out
 * is: nothing is kept that does not have the signed length and digest.
 */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { SignedTarget } from '../core/journal.ts';
import { dropDownload } from '../download/part.ts';
import { HEADROOM } from '../download/ranged-download.ts';
import type { SlotContent } from '../slots/slot-port.ts';
import type { Disk } from '../storage/disk.ts';
import { digestOf } from '../storage/stream-copy.ts';
import { removeFile, writeWhole } from '../storage/whole-file.ts';
import { decode } from './decoder.ts';
import { readFrameHead } from './frame.ts';

/** What makes the full artifact the better way; never a reason to end an update. */
export class NoDelta extends Error {}

export interface Rebuilding {
  /** File with the delta. */
  readonly delta: string;
  readonly base: SlotContent;
  readonly signed: Pick<SignedTarget, 'length' | 'sha256'>;
  /** Gets the artifact, with its label, as the download of the whole would have left it. */
  readonly file: string;
  readonly memoryBytes: number;
  readonly disk: Disk;
  readonly signal: AbortSignal;
}

/** The decoder copies its dictionary, and the delta is handed over as a copy: both twice, and the history. */
export function memoryNeeded(base: number, windowSize: number, delta: number): number {
  return 2 * (base + delta) + windowSize;
}

/**
 * Durable when it resolves.
 *
 * @throws NoDelta with the reason; the file is as it was
 * @throws the signal's reason when it is aborted, and what the file system throws
 */
export async function rebuild(work: Rebuilding): Promise<void> {
  const { disk, file, signed } = work;
  const fresh = `${file}.rebuilt`;
  try {
    await write(work, fresh);
    // Its label goes first, so that it never stands beside other bytes.
    await dropDownload(file, disk);
    await disk.rename(fresh, file);
    await disk.syncFolder(dirname(file));
    await writeWhole(`${file}.part.json`, JSON.stringify({ sha256: signed.sha256, from: ['delta'] }), disk);
  } finally {
    await removeFile(fresh, disk);
  }
}

async function write(work: Rebuilding, fresh: string): Promise<void> {
  const { disk, signed, signal, base } = work;
  const delta = await disk.read(work.delta);
  const head = delta && readFrameHead(delta);
  if (!delta || !head) throw new NoDelta('the delta is no Zstandard frame');
  if (head.contentSize !== signed.length)
    throw new NoDelta(`the delta makes ${head.contentSize ?? 'unknown'} bytes, ${signed.length} are signed`);
  requireMemory(work, head.windowSize, delta.length);
  const free = await disk.freeBytes(dirname(fresh));
  if (free < signed.length + HEADROOM)
    throw new NoDelta(`${signed.length} bytes are to be written, ${free} are free`);
  const old = await loadBase(base, disk);
  signal.throwIfAborted();
  const hash = createHash('sha256');
  let length = 0;
  await using handle = await disk.create(fresh);
  const pieces = decode({ delta: owned(delta), base: old, windowSize: head.windowSize });
  for await (const piece of noted(pieces)) {
    signal.throwIfAborted();
    if (length + piece.length > signed.length)
      throw new NoDelta(`the delta makes more than the signed ${signed.length} bytes`);
    await handle.write(piece, length);
    hash.update(piece);
    length += piece.length;
  }
  const digest = hash.digest('hex');
  if (length !== signed.length || digest !== signed.sha256)
    throw new NoDelta(
      `the delta makes digest ${digest.slice(0, 12)}…, signed is ${signed.sha256.slice(0, 12)}…`,
    );
  await handle.sync();
}

function requireMemory({ base, memoryBytes }: Rebuilding, windowSize: number, delta: number): void {
  const needed = memoryNeeded(base.length, windowSize, delta);
  if (needed > memoryBytes)
    throw new NoDelta(`the delta takes ${needed} bytes of memory, ${memoryBytes} are allowed`);
}

/** What the decoder throws is a reason; what the disk throws, between the pieces, is not. */
async function* noted(pieces: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const next = await pieces.next().catch((error: Error) => {
        throw new NoDelta(error.message);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await pieces.return(undefined);
  }
}

async function loadBase(base: SlotContent, disk: Disk): Promise<Uint8Array<ArrayBuffer>> {
  const old = new Uint8Array(base.length);
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of contentOf(base, disk)) {
    old.set(chunk, length);
    hash.update(chunk);
    length += chunk.length;
  }
  if (length !== base.length || hash.digest('hex') !== base.sha256)
    throw new NoDelta('the artifact that runs does not have its digest any more');
  return old;
}

/** Whether the slot still holds what it was written with. */
export async function holdsItsDigest(base: SlotContent, disk: Disk): Promise<boolean> {
  return (await digestOf(base.path, disk, { length: base.length })) === base.sha256;
}

/** The content alone: a partition is longer than what was written to it. */
async function* contentOf({ path, length }: SlotContent, disk: Disk): AsyncGenerator<Buffer> {
  let left = length;
  for await (const chunk of disk.stream(path)) {
    yield chunk.subarray(0, left);
    left -= Math.min(left, chunk.length);
    if (left === 0) return;
  }
}

/** Bytes in a buffer of their own, which can be given away. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
