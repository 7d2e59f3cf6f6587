/** One byte range of a file (RFC 9110, section 14.2). Several ranges, or ones that do not parse, mean the whole. */
import type { IncomingHttpHeaders } from 'node:http';

export interface ByteRange {
  readonly from: number;
  readonly length: number;
  /** False: the whole file. */
  readonly isPart: boolean;
}

/** @param etag strong tag of the file; `If-Range` with another one means the whole (RFC 9110, section 13.1.5) */
export function readRange(
  headers: IncomingHttpHeaders,
  size: number,
  etag: string,
): ByteRange | 'unsatisfiable' {
  const whole = { from: 0, length: size, isPart: false };
  const condition = headers['if-range'];
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '');
  if (match === null || (condition !== undefined && condition !== etag)) return whole;
  const [, first = '', last = ''] = match;
  if (first === '') return last === '' ? whole : tail(Number(last), size);
  const from = Number(first);
  const to = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < from) return whole;
  return from >= size ? 'unsatisfiable' : { from, length: to - from + 1, isPart: true };
}

function tail(length: number, size: number): ByteRange | 'unsatisfiable' {
  if (length === 0 || size === 0) return 'unsatisfiable';
  const kept = Math.min(length, size);
  return { from: size - kept, length: kept, isPart: true };
}
