/**
 * Fetches a recovery release for neighbours that cannot: a device that never needed it does not have it in a slot.
 * One at a time, only on being asked, only what the verified metadata lists as a recovery.
 */
import { join } from 'node:path';
import { type Clock, refuse, sha256Schema } from '@tuesday/protocol';
import * as z from 'zod';
import type { Candidate } from '../core/types.ts';
import { download, dropDownload } from '../download/ranged-download.ts';
import type { SlotContent } from '../slots/slot-port.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { readJson, removeFile, writeWhole } from '../storage/whole-file.ts';
import type { openExchange } from '../transport/exchange.ts';
import { targetUrl } from '../trust/verify-target.ts';
import type { NotNow } from './budget.ts';

export interface CarrierOptions {
  /** Of the device; `relay/` in it is the carrier's. */
  readonly folder: string;
  readonly server: string;
  readonly token: string;
  /** Larger artifacts are not fetched, bytes. */
  readonly limit: number;
  /** Real time. */
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: (event: string, facts: object) => void;
  readonly disk?: Disk;
  /** Over the network by default. */
  readonly exchange?: typeof openExchange;
}

const labelSchema = z.object({ sha256: sha256Schema, length: z.int().min(1) });
const ASK_AGAIN_SECONDS = 5;
const BACK_OFF = { baseMillis: 1_000, capMillis: 10_000 };

export class Carrier {
  readonly #options: CarrierOptions;
  readonly #disk: Disk;
  readonly #stopping = new AbortController();
  #listed: readonly Candidate[] = [];
  #fetching: Promise<void> | undefined;

  constructor(options: CarrierOptions) {
    this.#options = options;
    this.#disk = options.disk ?? realDisk;
  }

  /** What the newest verified metadata lists. */
  list(recoveries: readonly Candidate[]): void {
    this.#listed = recoveries;
  }

  /** What is carried now, whole. */
  async content(): Promise<SlotContent | undefined> {
    const label = labelSchema.safeParse(await readJson(this.#label, this.#disk));
    return label.success ? { ...label.data, path: this.#file } : undefined;
  }

  /**
   * @param digest SHA-256, hex, or its first 16 digits
   * @returns when to ask again; undefined: it is nothing that this device would fetch
   */
  want(digest: string): NotNow | undefined {
    const wanted = this.#listed.find(({ signed }) => signed.sha256.startsWith(digest));
    if (wanted === undefined || wanted.signed.length > this.#options.limit) return undefined;
    this.#fetching ??= this.#fetch(wanted)
      .catch((error: unknown) => this.#options.log('carry-failed', { because: (error as Error).message }))
      .finally(() => (this.#fetching = undefined));
    const because = `this neighbour is fetching ${wanted.target}.`;
    return { refused: refuse('relay-refused', because), afterSeconds: ASK_AGAIN_SECONDS };
  }

  /**
   * The server says which recovery releases neighbours wait for. The first that is listed is fetched before they ask,
   * unless one of them is here: only one has room.
   *
   * @param targets TUF target paths
   * @returns false when none of them is listed yet
   */
  async ahead(targets: readonly string[]): Promise<boolean> {
    const listed = targets.flatMap((target) => this.#listed.filter((one) => one.target === target));
    const [first] = listed;
    if (first === undefined) return false;
    const here = await this.content();
    if (!listed.some(({ signed }) => signed.sha256 === here?.sha256)) this.want(first.signed.sha256);
    return true;
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the agent stops'));
    await this.#fetching;
  }

  get #file(): string {
    return join(this.#options.folder, 'relay', 'carried');
  }

  get #label(): string {
    return join(this.#options.folder, 'relay', 'label.json');
  }

  /** The label goes first and comes last: what has one is whole. */
  async #fetch({ target, signed }: Candidate): Promise<void> {
    const { folder, server, token, clock, random, log, exchange } = this.#options;
    await this.#disk.makeFolder(join(folder, 'relay'));
    await removeFile(this.#label, this.#disk);
    const got = await download({
      url: targetUrl(server, target, signed.sha256),
      headers: { authorization: `Bearer ${token}` },
      file: this.#file,
      signed,
      disk: this.#disk,
      clock,
      random,
      signal: this.#stopping.signal,
      backOff: BACK_OFF,
      attempts: 3,
      ...(exchange === undefined ? {} : { exchange }),
    });
    if ('refused' in got) {
      log('carry-failed', { target, because: got.refused.because });
      if (got.refused.code !== 'download-failed') await dropDownload(this.#file, this.#disk);
      return;
    }
    await this.#disk.syncFolder(join(folder, 'relay'));
    const { sha256, length } = signed;
    await writeWhole(this.#label, JSON.stringify({ sha256, length }), this.#disk);
    log('carrying', { target, bytes: length });
  }
}
