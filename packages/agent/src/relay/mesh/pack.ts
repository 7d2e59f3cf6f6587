/** All signed metadata as one small file: names and bytes behind each other, deflated. What it says is proved by signatures. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Bytes after inflating. */
const LIMIT = 1_048_576;
const FILES = 80;
const NAME = /^(timestamp|[1-9]\d{0,8}\.(root|snapshot|targets))\.json$/;

/** One entry: name length 1 octet, name, length 4 octets, bytes. */
export function packFiles(files: ReadonlyMap<string, Buffer>): Buffer {
  const parts: Buffer[] = [];
  for (const [name, bytes] of files) {
    const head = Buffer.alloc(5);
    head.writeUInt8(name.length, 0);
    head.writeUInt32BE(bytes.length, 1);
    parts.push(head.subarray(0, 1), Buffer.from(name, 'latin1'), head.subarray(1), bytes);
  }
  return deflateRawSync(Buffer.concat(parts), { level: 9 });
}

/** @returns undefined for anything that is no pack, or one that grows beyond its limit */
export function unpackFiles(packed: Uint8Array): Map<string, Buffer> | undefined {
  let bytes: Buffer;
  try {
    bytes = inflateRawSync(packed, { maxOutputLength: LIMIT });
  } catch {
    return undefined;
  }
  const files = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length;) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    if (files.size >= FILES || nameEnd + 4 > bytes.length) return undefined;
    const name = bytes.toString('latin1', at + 1, nameEnd);
    const end = nameEnd + 4 + bytes.readUInt32BE(nameEnd);
    if (!NAME.test(name) || end > bytes.length) return undefined;
    files.set(name, bytes.subarray(nameEnd + 4, end));
    at = end;
  }
  return files;
}
