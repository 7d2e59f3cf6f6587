/**
 * What devices say to each other in 16 octets. The first three bits say what it is.
 *
 * data: handle of the file 11 bits, block 13, segment 5, then 1 to 12 octets. ask: who has the file with this id; 0 is
 * the newest metadata. have: I do, to whom, how long it is, and how new. want: from whom, which segments of a block
 * (bit 0 is the first), and how many whole blocks after it. not-now: why, and for how many seconds.
 *
 * A file is named by the first 8 octets of its SHA-256, in later PDUs by the first 4.
 */
export const SEGMENT = 12;
export const SEGMENTS = 32;

/** Longest file: 8,192 blocks of 380 bytes. */
export const BLOCKS = 8_192;

export type Pdu =
  | {
      readonly is: 'data';
      readonly handle: number;
      readonly block: number;
      readonly segment: number;
      readonly bytes: Uint8Array;
    }
  | { readonly is: 'ask'; readonly id: string }
  | {
      readonly is: 'have';
      readonly to: number;
      readonly id: string;
      readonly length: number;
      readonly rank: number;
    }
  | {
      readonly is: 'want';
      readonly to: number;
      readonly id: string;
      readonly block: number;
      readonly missing: number;
      readonly more: number;
    }
  | { readonly is: 'not-now'; readonly to: number; readonly id: string; readonly seconds: number };

/** Id of the newest metadata, whatever it is. */
export const METADATA = '0'.repeat(16);

/** @param digest SHA-256, hex; @returns the name of the file on the mesh, 16 hex digits */
export const idOf = (digest: string): string => digest.slice(0, 16);

/** 11 bits. Two files may share them: a block's checksum and the digest of the whole tell them apart. */
export const handleOf = (id: string): number => Number.parseInt(id.slice(0, 4), 16) >> 5;

export function encodePdu(pdu: Pdu): Buffer {
  switch (pdu.is) {
    case 'data': {
      const head = Buffer.alloc(4);
      head.writeUInt32BE(((pdu.handle << 18) | (pdu.block << 5) | pdu.segment) >>> 0);
      return Buffer.concat([head, pdu.bytes]);
    }
    case 'ask':
      return Buffer.concat([kind(1), Buffer.from(pdu.id, 'hex')]);
    case 'have':
      return Buffer.concat([
        kind(2),
        number(pdu.to, 3),
        Buffer.from(pdu.id, 'hex'),
        number(pdu.length, 3),
        number(pdu.rank, 1),
      ]);
    case 'want':
      return Buffer.concat([
        kind(3),
        number(pdu.to, 3),
        Buffer.from(pdu.id.slice(0, 8), 'hex'),
        number(pdu.block, 2),
        number(pdu.missing, 4),
        number(pdu.more, 1),
      ]);
    case 'not-now':
  }
  return Buffer.concat([
    kind(4),
    number(pdu.to, 3),
    Buffer.from(pdu.id.slice(0, 8), 'hex'),
    number(pdu.seconds, 2),
  ]);
}

/** @returns undefined for anything that is none */
export function decodePdu(raw: Uint8Array): Pdu | undefined {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  switch ((bytes[0] ?? 0xff) >> 5) {
    case 0: {
      if (bytes.length < 5) return undefined;
      const head = bytes.readUInt32BE(0);
      return {
        is: 'data',
        handle: (head >>> 18) & 0x7ff,
        block: (head >>> 5) & 0x1fff,
        segment: head & 0x1f,
        bytes: bytes.subarray(4),
      };
    }
    case 1:
      return bytes.length === 9 ? { is: 'ask', id: bytes.toString('hex', 1, 9) } : undefined;
    case 2:
      if (bytes.length !== 16) return undefined;
      return {
        is: 'have',
        to: bytes.readUIntBE(1, 3),
        id: bytes.toString('hex', 4, 12),
        length: bytes.readUIntBE(12, 3),
        rank: bytes.readUInt8(15),
      };
    case 3:
      if (bytes.length !== 15) return undefined;
      return {
        is: 'want',
        to: bytes.readUIntBE(1, 3),
        id: bytes.toString('hex', 4, 8),
        block: bytes.readUInt16BE(8),
        missing: bytes.readUInt32BE(10),
        more: bytes.readUInt8(14),
      };
    case 4:
      if (bytes.length !== 10) return undefined;
      return {
        is: 'not-now',
        to: bytes.readUIntBE(1, 3),
        id: bytes.toString('hex', 4, 8),
        seconds: bytes.readUInt16BE(8),
      };
    default:
      return undefined;
  }
}

const kind = (value: number) => Buffer.from([value << 5]);

function number(value: number, octets: number): Buffer {
  const bytes = Buffer.alloc(octets);
  bytes.writeUIntBE(value, 0, octets);
  return bytes;
}
