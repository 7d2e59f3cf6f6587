/**
 * A file as blocks of 380 bytes, each with a checksum of 4 behind it: 32 segments of 12, which is also the longest
 * segmented message of Bluetooth Mesh (Mesh Profile 1.0, section 3.5.2.2). The checksum tells noise, not lies.
 */
import { createHash } from 'node:crypto';
import { BLOCKS, SEGMENT, SEGMENTS } from './pdu.ts';

const CHECK = 4;
export const BLOCK = SEGMENT * SEGMENTS - CHECK;
/** Bytes. */
export const FILE_LIMIT = BLOCK * BLOCKS;

export const blocksOf = (length: number): number => Math.ceil(length / BLOCK);

/** Bytes of a block, checksum included. */
export function wireLength(length: number, block: number): number {
  return Math.min(BLOCK, length - block * BLOCK) + CHECK;
}

export const segmentsOf = (length: number, block: number): number =>
  Math.ceil(wireLength(length, block) / SEGMENT);

/** All segments of a block, as a bit field. */
export const allOf = (segments: number): number => (segments >= 32 ? 0xffff_ffff : 2 ** segments - 1);

export function segmentBytes(file: Uint8Array, block: number, segment: number): Uint8Array {
  const data = file.subarray(block * BLOCK, (block + 1) * BLOCK);
  const wire = Buffer.concat([data, checkOf(data)]);
  return wire.subarray(segment * SEGMENT, (segment + 1) * SEGMENT);
}

/** @returns the block's bytes; undefined when the checksum does not fit */
export function checkedBlock(segments: readonly Uint8Array[]): Uint8Array | undefined {
  const wire = Buffer.concat(segments);
  const data = wire.subarray(0, -CHECK);
  return checkOf(data).equals(wire.subarray(-CHECK)) ? data : undefined;
}

function checkOf(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest().subarray(0, CHECK);
}
