/**
 * The environment of U-Boot as it stands on a disk: CRC-32 of the data, little endian; with two copies one byte that
 * counts their writes; then `name=value` ended by a zero each, and one more zero. Layout as U-Boot's `env_t`
 * (include/env_internal.h, U-Boot 2023.01), counting as its `env_import_redund` reads it.
 */
import { crc32 } from 'node:zlib';
import type { Words } from './control-words.ts';

const CRC_BYTES = 4;

export interface EnvironmentCopy {
  readonly words: Words;
  /** Counts writes from 0 to 255 and around; 0 where there is one copy only. */
  readonly serial: number;
}

/**
 * @param block one whole copy
 * @param redundant whether there are two
 * @returns undefined when its checksum does not match
 */
export function readCopy(block: Buffer, redundant: boolean): EnvironmentCopy | undefined {
  const start = CRC_BYTES + (redundant ? 1 : 0);
  if (block.length <= start || crc32(block.subarray(start)) !== block.readUInt32LE(0)) return undefined;
  const words = new Map<string, string>();
  for (let at = start; at < block.length && block[at] !== 0;) {
    const zero = block.indexOf(0, at);
    const end = zero < 0 ? block.length : zero;
    const text = block.toString('latin1', at, end);
    const equals = text.indexOf('=');
    if (equals > 0) words.set(text.slice(0, equals), text.slice(equals + 1));
    at = end + 1;
  }
  return { words, serial: redundant ? block.readUInt8(CRC_BYTES) : 0 };
}

/** @throws Error when the words do not fit */
export function copyOf({ words, serial }: EnvironmentCopy, length: number, redundant: boolean): Buffer {
  const start = CRC_BYTES + (redundant ? 1 : 0);
  const text = [...words].map(([name, value]) => `${name}=${value}\0`).join('');
  if (start + text.length + 1 > length) {
    throw new Error(
      `the environment of U-Boot has ${length} bytes, its words need ${start + text.length + 1}`,
    );
  }
  const block = Buffer.alloc(length);
  block.write(text, start, 'latin1');
  if (redundant) block.writeUInt8(serial, CRC_BYTES);
  block.writeUInt32LE(crc32(block.subarray(start)), 0);
  return block;
}

/** @returns index of the copy that U-Boot uses; undefined when none is valid */
export function newestOf(copies: readonly (EnvironmentCopy | undefined)[]): number | undefined {
  const [first, second] = copies;
  if (second === undefined) return first === undefined ? undefined : 0;
  if (first === undefined) return 1;
  const wrapped = Math.abs(first.serial - second.serial) === 255;
  const secondIsNewer = wrapped ? second.serial === 0 : second.serial > first.serial;
  return secondIsNewer ? 1 : 0;
}

/** `name=value` lines, as `mkenvimage` takes them; `#` begins a comment. */
export function readDefaults(text: string): Words {
  const words = new Map<string, string>();
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0 && !line.startsWith('#')) words.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return words;
}
