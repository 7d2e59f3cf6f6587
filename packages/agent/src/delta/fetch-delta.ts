/** The short way to an artifact: ask for a delta from what runs, fetch it, put the artifact together. */
import { dirname, join } from 'node:path';
import { sha256Schema } from '@tuesday/protocol';
import * as z from 'zod';
import type { SignedTarget } from '../core/journal.ts';
import { dropDownload } from '../download/part.ts';
import { download, type DownloadOptions, HEADROOM } from '../download/ranged-download.ts';
import type { SlotContent } from '../slots/slot-port.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { readJson, removeFile, writeWhole } from '../storage/whole-file.ts';
import { deviceUrl } from '../transport/device-url.ts';
import { openExchange } from '../transport/exchange.ts';
import { holdsItsDigest, memoryNeeded, NoDelta, rebuild } from './rebuild.ts';

export interface DeltaOptions extends Omit<DownloadOptions, 'url' | 'mirrors' | 'signed'> {
  readonly signed: Pick<SignedTarget, 'length' | 'sha256'>;
  /** The artifact that runs; undefined when its slot cannot give it back. */
  readonly base: SlotContent | undefined;
  readonly server: string;
  /** Addresses that serve the same as the server. */
  readonly mirrors: readonly string[];
  readonly memoryBytes: number;
}

/** Real milliseconds until the server has said whether it has a delta. */
const ASK_LIMIT = 20_000;
/** Times that a delta is begun: one that takes the agent down with it is not tried for ever. */
const TRIES = 2;

const triedSchema = z.object({ delta: z.string(), tries: z.int() });

/**
 * @returns undefined when the artifact is at `file`, complete and verified; or a sentence why it has to come whole
 * @throws the signal's reason when it is aborted
 */
export async function fetchByDelta(options: DeltaOptions): Promise<string | undefined> {
  const { signal, disk = realDisk } = options;
  const delta = deltaFile(options.file);
  try {
    await attempt(options, delta, disk);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Unfinished)) await dropDownload(delta, disk);
    return (error as Error).message;
  }
}

/** The delta did not come; what came of it stays, for another try. */
class Unfinished extends NoDelta {}

/** Throws away what is left of deltas, and what is known about them. */
export async function dropDelta(file: string, disk: Disk): Promise<void> {
  await dropDownload(deltaFile(file), disk);
  await removeFile(triedFile(file), disk);
  await removeFile(`${file}.rebuilt`, disk);
}

async function attempt(options: DeltaOptions, delta: string, disk: Disk): Promise<void> {
  const { base, signed, file, server, mirrors, memoryBytes, signal } = options;
  if (base === undefined) throw new NoDelta('the slot that runs does not give back its artifact');
  const path = `trust/deltas/${base.sha256}/${signed.sha256}`;
  const tries = await triesOf(file, path, disk);
  if (tries >= TRIES) throw new NoDelta('earlier attempts did not come to an end');
  if (memoryNeeded(base.length, signed.length, 0) > memoryBytes)
    throw new NoDelta(`${memoryBytes} bytes of memory are not enough for artifacts of this size`);
  if (!(await holdsItsDigest(base, disk)))
    throw new NoDelta('the artifact that runs does not have its digest any more');
  const url = deviceUrl(server, path);
  const found = await ask(url, options);
  if (memoryNeeded(base.length, signed.length, found.length) > memoryBytes)
    throw new NoDelta(`${memoryBytes} bytes of memory are not enough for a delta of ${found.length} bytes`);
  const here = (await disk.size(file)) ?? 0;
  const missing = found.length - ((await disk.size(delta)) ?? 0);
  if (missing >= signed.length - here)
    throw new NoDelta(`of the delta ${missing} bytes are missing, of the whole ${signed.length - here}`);
  const free = await disk.freeBytes(dirname(file));
  const needed = missing + signed.length + HEADROOM;
  if (free < needed) throw new NoDelta(`delta and result take ${needed} bytes, ${free} are free`);
  const elsewhere = mirrors.map((mirror) => deviceUrl(mirror, path));
  const got = await download({ ...options, url, mirrors: elsewhere, file: delta, signed: found });
  if ('refused' in got) {
    const { code, because } = got.refused;
    throw new (code === 'wrong-digest' || code === 'oversize' ? NoDelta : Unfinished)(because);
  }
  signal.throwIfAborted();
  await writeWhole(triedFile(file), JSON.stringify({ delta: path, tries: tries + 1 }), disk);
  await rebuild({ delta, base, signed, file, memoryBytes, disk, signal });
  await dropDownload(delta, disk);
}

/** Length and digest of the delta, as the server has it: they find damage, not lies. */
async function ask(url: URL, { headers, signal, exchange = openExchange }: DeltaOptions) {
  const response = await exchange(url, {
    method: 'HEAD',
    headers,
    signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_LIMIT)]),
  });
  response.resume();
  if (response.statusCode === 404) throw new NoDelta('the server has no delta from what runs here');
  const length = Number(response.headers['content-length']);
  const sha256 = sha256Schema.safeParse(response.headers.etag?.slice(1, -1));
  if (response.statusCode !== 200 || !(length > 0) || !sha256.success)
    throw new NoDelta(`the server answered ${response.statusCode ?? 0} when asked for a delta`);
  return { length, sha256: sha256.data };
}

async function triesOf(file: string, delta: string, disk: Disk): Promise<number> {
  const tried = triedSchema.safeParse(await readJson(triedFile(file), disk)).data;
  return tried?.delta === delta ? tried.tries : 0;
}

function deltaFile(file: string): string {
  return join(dirname(file), 'delta');
}

function triedFile(file: string): string {
  return join(dirname(file), 'delta.tried.json');
}
