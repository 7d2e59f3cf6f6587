/** One exchange with one source: what is missing, appended to what is here. */
import type { IncomingMessage } from 'node:http';
import { type Clock, wallClock } from '@tuesday/protocol';
import { type Disk, type DiskFile, realDisk } from '../storage/disk.ts';
import { openExchange } from '../transport/exchange.ts';
import { forgetBytes, type Part, writeLabel } from './part.ts';
import type { Pace } from './pace.ts';
import { type Source, SourceFault } from './sources.ts';
import { Speed, type SpeedFloor } from './speed.ts';

export interface TransferOptions {
  /** Shown to the server's own origin only. */
  readonly headers: Record<string, string>;
  /** Where the bytes go. Beside it, `.part.json` says what they are part of. */
  readonly file: string;
  readonly signed: { readonly length: number; readonly sha256: string };
  readonly signal: AbortSignal;
  readonly onPercent?: (percent: number) => void;
  readonly pace?: Pace | undefined;
  /** A source that is slower is left for the next one. */
  readonly slowest?: SpeedFloor;
  /** Asked while bytes come; a sentence ends the exchange with `Paused`. */
  readonly whyNotNow?: (bytesLeft: number) => Promise<string | undefined>;
  readonly clock: Clock;
  /** Real time; the wall's by default. */
  readonly real?: Clock;
  /** The real one by default. */
  readonly disk?: Disk;
  /** Over the network by default. */
  readonly exchange?: typeof openExchange;
}

/** It may not go on just now. */
export class Paused extends Error {}

/** Real milliseconds until the head of an answer is here, however slowly it drips. */
const HEAD_LIMIT = 30_000;
/** Between two looks at hours and link, milliseconds. */
const LOOK_AGAIN = 10_000;
const SLOWEST: SpeedFloor = { bytesPerSecond: 256, overSeconds: 60 };

/**
 * @param last whether this source may begin anew when it knows no ranges: nobody else is left
 * @throws SourceFault
 * @throws Paused
 * @throws Error what the network or the disk throws; what came stays
 */
export async function transfer(
  source: Source,
  options: TransferOptions,
  part: Part,
  last: boolean,
): Promise<void> {
  const { file, disk = realDisk } = options;
  const response = await open(source, options, part);
  try {
    const start = judgeHead(response, options, part);
    if (start < part.length && !last && part.label.from.at(-1) !== source.name)
      throw new SourceFault('download-failed', 'it does not go on where another source ended', 'no rest');
    if (start !== part.length) forgetBytes(part);
    const from = start === 0 ? [source.name] : [...new Set([...part.label.from, source.name])];
    await writeLabel(file, part, { etag: response.headers.etag, from }, disk);
    await using handle = await (part.length === 0 ? disk.create(file) : disk.update(file));
    try {
      await receive(response, handle, options, part);
    } finally {
      await handle.sync();
    }
  } finally {
    response.destroy();
  }
}

async function open(source: Source, options: TransferOptions, part: Part): Promise<IncomingMessage> {
  const { signal, headers, real = wallClock(), exchange = openExchange } = options;
  const late = new AbortController();
  const here = new AbortController();
  real.sleep(HEAD_LIMIT, here.signal).then(
    () => late.abort(new SourceFault('too-slow', `no answer after ${HEAD_LIMIT / 1_000} s`)),
    () => undefined,
  );
  try {
    return await exchange(source.url, {
      headers: { ...(source.own ? headers : {}), ...rangeHeaders(source, part) },
      signal: AbortSignal.any([signal, late.signal]),
    });
  } catch (error) {
    throw late.signal.aborted ? (late.signal.reason as Error) : error;
  } finally {
    here.abort();
  }
}

/** A weak tag promises nothing about bytes; the tag of another source says nothing about this one. */
function rangeHeaders(source: Source, { length, label }: Part): Record<string, string> {
  if (length === 0) return {};
  const { etag, from } = label;
  const holds = etag !== undefined && !etag.startsWith('W/') && from.at(-1) === source.name;
  return { range: `bytes=${length}-`, ...(holds ? { 'if-range': etag } : {}) };
}

/**
 * RFC 9110, sections 14.4 and 15.3.7.
 *
 * @returns the offset of the first byte of the body
 */
function judgeHead({ statusCode, headers }: IncomingMessage, { signed }: TransferOptions, part: Part) {
  const fault = (because: string, kind: 'failed' | 'no rest' = 'failed') =>
    new SourceFault('download-failed', because, kind);
  if (statusCode !== 200 && statusCode !== 206) {
    if (statusCode === 416) throw fault('it answered 416 for the rest', 'no rest');
    throw fault(`it answered ${statusCode ?? 0}`);
  }
  const type = headers['content-type'] ?? '';
  if (/^text\/html\b/i.test(type)) throw fault('it answered with a web page');
  const coding = headers['content-encoding'];
  if (coding !== undefined && coding !== 'identity') throw fault(`it answered in the coding ${coding}`);
  const length = headers['content-length'];
  if (statusCode === 200) {
    requireLength(length === undefined ? undefined : Number(length), signed.length);
    return 0;
  }
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
  if (!range || Number(range[1]) !== part.length || part.length === 0)
    throw fault('it answered 206 for another range', 'no rest');
  requireLength(range[3] === '*' ? undefined : Number(range[3]), signed.length);
  requireLength(length === undefined ? undefined : part.length + Number(length), signed.length);
  return part.length;
}

/** What is announced before any byte comes. */
function requireLength(announced: number | undefined, signed: number): void {
  if (announced === undefined || announced === signed) return;
  const because = `${announced} bytes were announced, ${signed} are signed.`;
  if (announced > signed) throw new SourceFault('oversize', because, 'lied');
  throw new SourceFault('download-failed', because, 'doubtful');
}

async function receive(
  response: IncomingMessage,
  handle: DiskFile,
  options: TransferOptions,
  part: Part,
): Promise<void> {
  const { signed, onPercent, pace, signal, clock, real = wallClock(), slowest = SLOWEST } = options;
  const speed = new Speed(slowest, real);
  let looked = clock.now();
  for await (const chunk of response as AsyncIterable<Buffer>) {
    speed.heard(chunk.length);
    if (part.length + chunk.length > signed.length)
      throw new SourceFault('oversize', `more than the signed ${signed.length} bytes came.`, 'lied');
    await handle.write(chunk, part.length);
    part.hash.update(chunk);
    part.length += chunk.length;
    onPercent?.(Math.floor((100 * part.length) / signed.length));
    await pace?.take(chunk.length, signal);
    if (Math.abs(clock.now() - looked) >= LOOK_AGAIN && part.length < signed.length) {
      looked = clock.now();
      const why = await options.whyNotNow?.(signed.length - part.length);
      if (why !== undefined) throw new Paused(why);
    }
    const slow = part.length < signed.length ? speed.ask() : undefined;
    if (slow !== undefined) throw new SourceFault('too-slow', slow);
  }
  if (part.length < signed.length)
    throw new SourceFault('download-failed', `the transfer broke off after ${part.length} bytes`);
}
