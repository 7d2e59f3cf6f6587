/**
 * Brings the bytes of one signed target to a file, continuing where an earlier attempt stopped, also after a
 * restart. Nothing is believed but the signed length and digest.
 */
import { createHash, type Hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { type Clock, type OrRefused, type Refusal, refuse } from '@tuesday/protocol';
import type { SignedTarget } from '../core/journal.ts';
import type { BackOff } from '../core/types.ts';
import { type Disk, type DiskFile, realDisk } from '../storage/disk.ts';
import { diskTroubleOf } from '../storage/disk-trouble.ts';
import { readJson, writeWhole } from '../storage/whole-file.ts';
import { openExchange } from '../transport/exchange.ts';

export interface DownloadOptions {
  readonly url: URL;
  readonly headers: Record<string, string>;
  /** Where the bytes go. Beside it, `.part.json` says what they are part of. */
  readonly file: string;
  readonly signed: Pick<SignedTarget, 'length' | 'sha256'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onPercent?: (percent: number) => void;
  readonly backOff: BackOff;
  /** Attempts before it is left to the caller. */
  readonly attempts: number;
  /** The real one by default. */
  readonly disk?: Disk;
  /** Over the network by default. */
  readonly exchange?: typeof openExchange;
}

/** Room that is left untouched, bytes. */
const HEADROOM = 1_048_576;

/** What is here, or what came, makes no sense for this file; begin anew. */
class StartOver extends Error {}

/**
 * @returns `refused`: `oversize`, `wrong-digest` (the partial file is gone then), `no-space`,
 *   `read-only` or `download-failed` (what came stays, for another try)
 * @throws the signal's reason when it is aborted
 */
export async function download(options: DownloadOptions): Promise<OrRefused<{ file: string }>> {
  const { clock, random, backOff, attempts, signal } = options;
  for (let failures = 1; ; failures++) {
    try {
      return await attempt(options);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof StartOver) await dropDownload(options.file, options.disk);
      const trouble = diskTroubleOf(error);
      if (trouble !== undefined && trouble.code !== 'stage-failed')
        return { refused: refuse(trouble.code, trouble.because) };
      if (failures >= attempts) return { refused: refuse('download-failed', (error as Error).message) };
    }
    await clock.sleep(random() * Math.min(backOff.capMillis, backOff.baseMillis * 2 ** failures), signal);
  }
}

/** Throws away what was downloaded, whole or in part. */
export async function dropDownload(file: string, disk: Disk = realDisk): Promise<void> {
  await disk.remove(file);
  await disk.remove(`${file}.part.json`);
}

async function attempt(options: DownloadOptions): Promise<OrRefused<{ file: string }>> {
  const { file, signed, disk = realDisk } = options;
  const part = await readPart(options);
  const resumed = part.length > 0;
  if (part.length < signed.length) {
    const missing = signed.length - part.length;
    const free = await disk.freeBytes(dirname(file));
    if (free < missing + HEADROOM) return noSpace(`${missing} bytes are to come, ${free} are free`);
    const oversize = await fetchRest(options, part);
    if (oversize !== undefined) {
      await dropDownload(file, disk);
      return { refused: refuse('oversize', oversize) };
    }
  }
  const digest = part.hash.digest('hex');
  if (digest === signed.sha256) return { file };
  // A power cut may have left a hole in what came before it. That accuses nobody who sent bytes.
  if (resumed) throw new StartOver('what an earlier attempt left is damaged');
  await dropDownload(file, disk);
  const because = `the bytes have digest ${digest.slice(0, 12)}…, signed is ${signed.sha256.slice(0, 12)}….`;
  return { refused: refuse('wrong-digest', because) };
}

/** What is here so far; grows with what comes. */
interface Part {
  length: number;
  hash: Hash;
  etag: string | undefined;
}

/** What an earlier attempt left, if it is of the same target. */
async function readPart({ file, signed, disk = realDisk }: DownloadOptions): Promise<Part> {
  const label = (await readJson(`${file}.part.json`, disk)) as { sha256?: string; etag?: string } | undefined;
  const size = (await disk.size(file)) ?? 0;
  const hash = createHash('sha256');
  if (label?.sha256 !== signed.sha256 || size === 0 || size > signed.length) {
    await dropDownload(file, disk);
    return { length: 0, hash, etag: undefined };
  }
  for await (const chunk of disk.stream(file)) hash.update(chunk);
  return { length: size, hash, etag: label.etag };
}

/** @returns a sentence when more came, or was announced, than was signed */
async function fetchRest(options: DownloadOptions, part: Part): Promise<string | undefined> {
  const { url, signed, file, signal, disk = realDisk, exchange = openExchange } = options;
  const response = await exchange(url, { headers: rangeHeaders(options, part), signal });
  try {
    beginAt(startOf(response, part), part);
    const announced = part.length + Number(response.headers['content-length'] ?? 0);
    if (announced > signed.length) return `${announced} bytes were announced, ${signed.length} are signed.`;
    if (part.length === 0) {
      const label = { sha256: signed.sha256, etag: response.headers.etag };
      await writeWhole(`${file}.part.json`, JSON.stringify(label), disk);
    }
    await using handle = await (part.length === 0 ? disk.create(file) : disk.update(file));
    const oversize = await receive(options, response, handle, part);
    await handle.sync();
    return oversize;
  } finally {
    response.destroy();
  }
}

async function receive(
  { signed, onPercent }: DownloadOptions,
  response: IncomingMessage,
  handle: DiskFile,
  part: Part,
): Promise<string | undefined> {
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (part.length + chunk.length > signed.length)
      return `more than the signed ${signed.length} bytes came.`;
    await handle.write(chunk, part.length);
    part.hash.update(chunk);
    part.length += chunk.length;
    onPercent?.(Math.floor((100 * part.length) / signed.length));
  }
  if (part.length < signed.length) throw new Error(`the transfer broke off after ${part.length} bytes`);
  return undefined;
}

/** A weak tag promises nothing about bytes; without a strong one the rest may belong to another file. */
function rangeHeaders({ headers }: DownloadOptions, part: Part): Record<string, string> {
  if (part.length === 0) return headers;
  const { etag } = part;
  const condition = etag === undefined || etag.startsWith('W/') ? {} : { 'if-range': etag };
  return { ...headers, range: `bytes=${part.length}-`, ...condition };
}

/** @returns the offset of the first byte of the body */
function startOf(response: IncomingMessage, part: Part): number {
  const status = response.statusCode ?? 0;
  if (status === 200) return 0;
  const from = /^bytes (\d+)-/.exec(response.headers['content-range'] ?? '')?.[1];
  if (status === 206 && Number(from) === part.length) return part.length;
  if (status === 206 || status === 416)
    throw new StartOver(`the server answered ${status} for another range`);
  throw new Error(`the server answered ${status}`);
}

function beginAt(start: number, part: Part): void {
  if (start === part.length) return;
  part.length = 0;
  part.hash = createHash('sha256');
}

function noSpace(because: string): { refused: Refusal } {
  return { refused: refuse('no-space', `${because}.`) };
}
