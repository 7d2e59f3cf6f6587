/** Keeps the metadata fresh that neighbours are given: a device that updates once a year has old timestamps. */
import { join } from 'node:path';
import type { Clock } from '@tuesday/protocol';
import type { Candidate } from '../core/types.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { readJson, writeWhole } from '../storage/whole-file.ts';
import { deviceUrl } from '../transport/device-url.ts';
import { openExchange, readBody } from '../transport/exchange.ts';
import { recoveriesFrom, type TrustFolder } from '../trust/recoveries.ts';
import { LIMITS } from '../trust/verify-target.ts';

export interface FreshnessOptions {
  readonly server: string;
  readonly token: string;
  readonly trust: TrustFolder;
  readonly everyMillis: number;
  /** Real time. */
  readonly clock: Clock;
  readonly random: () => number;
  /** What is listed now as a recovery, for any hardware. */
  readonly onRecoveries: (recoveries: readonly Candidate[]) => void;
  readonly log: (event: string, facts: object) => void;
  readonly disk?: Disk;
}

/** After a refresh that failed, real milliseconds; never longer than the ordinary interval. */
const AGAIN = 300_000;

export class Freshness {
  readonly #options: FreshnessOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: FreshnessOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { everyMillis, clock, random, log } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const isFresh = await this.#refresh(signal).catch((error: unknown) => {
        if (!signal.aborted) log('refresh-failed', { because: (error as Error).message });
        return false;
      });
      const wait = isFresh ? everyMillis : Math.min(AGAIN, everyMillis);
      await clock.sleep(wait * (0.5 + random()), signal).catch(() => undefined);
    }
  }

  async #refresh(signal: AbortSignal): Promise<boolean> {
    const { server, token, trust, onRecoveries, log } = this.#options;
    const got = await recoveriesFrom({ server, token }, trust, undefined, signal);
    if ('refused' in got) {
      log('refresh-failed', { because: got.refused.because });
      return false;
    }
    onRecoveries(got.candidates);
    await this.#keepRoots(got.root, signal);
    return true;
  }

  /**
   * The chain from the pinned root to the present one. What was fetched is proved by whoever walks it; here only its
   * place is filled.
   */
  async #keepRoots(current: number, signal: AbortSignal): Promise<void> {
    const { trust, server, token, disk = realDisk } = this.#options;
    const folder = join(trust.folder, 'roots');
    await disk.makeFolder(folder);
    const pinned = (JSON.parse(trust.pinnedRoot) as { signed?: { version?: number } }).signed?.version ?? 1;
    for (let version = pinned + 1; version < current; version++) {
      const file = join(folder, `${version}.root.json`);
      if ((await readJson(file, disk)) !== undefined) continue;
      const url = deviceUrl(server, `trust/metadata/${version}.root.json`);
      const headers = { authorization: `Bearer ${token}` };
      const response = await openExchange(url, { headers, signal });
      const bytes = await readBody(response, LIMITS.rootMaxLength);
      if (response.statusCode === 200) await writeWhole(file, bytes, disk);
    }
  }
}
