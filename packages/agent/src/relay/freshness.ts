/** Keeps the metadata fresh that neighbours are given: a device that updates once a year has old timestamps. */
import { join } from 'node:path';
import type { Clock } from '@tuesday/protocol';
import type { Candidate } from '../core/types.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { writeWhole } from '../storage/whole-file.ts';
import { deviceUrl } from '../transport/device-url.ts';
import { openExchange, readBody } from '../transport/exchange.ts';
import { LIMITS, RootChain } from '../trust/memory-updater.ts';
import { recoveriesFrom } from '../trust/recoveries.ts';
import type { TrustFolder } from '../trust/trust-folder.ts';

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
  /** Over the network by default. */
  readonly exchange?: typeof openExchange;
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
      const isFresh = await this.refresh(signal).catch((error: unknown) => {
        if (!signal.aborted) log('refresh-failed', { because: (error as Error).message });
        return false;
      });
      const wait = isFresh ? everyMillis : Math.min(AGAIN, everyMillis);
      await clock.sleep(wait * (0.5 + random()), signal).catch(() => undefined);
    }
  }

  /**
   * Once, now.
   *
   * @returns false when there is nothing that verifies
   * @throws what the file system throws; the signal's reason when it is aborted
   */
  async refresh(signal: AbortSignal): Promise<boolean> {
    const { server, token, exchange, trust, onRecoveries, log } = this.#options;
    const got = await recoveriesFrom({ server, token, exchange }, trust, undefined, signal);
    if ('refused' in got) {
      log('refresh-failed', { because: got.refused.because });
      return false;
    }
    onRecoveries(got.candidates);
    await this.#keepRoots(got.root, signal);
    return true;
  }

  /** The chain from the pinned root to the present one, each proved by the one before: what does not follow is not kept. */
  async #keepRoots(current: number, signal: AbortSignal): Promise<void> {
    const { trust, disk = realDisk } = this.#options;
    const folder = join(trust.folder, 'roots');
    await disk.makeFolder(folder);
    const chain = new RootChain(Buffer.from(trust.pinnedRoot));
    for (let version = chain.version + 1; version < current; version++) {
      const file = join(folder, `${version}.root.json`);
      const kept = await disk.read(file);
      if (kept !== undefined && chain.takes(kept)) continue;
      const bytes = await this.#fetchRoot(version, signal);
      if (bytes === undefined || !chain.takes(bytes)) return;
      await writeWhole(file, bytes, disk);
    }
  }

  /** @returns undefined when the server does not have it */
  async #fetchRoot(version: number, signal: AbortSignal): Promise<Buffer | undefined> {
    const { server, token, exchange = openExchange } = this.#options;
    const url = deviceUrl(server, `trust/metadata/${version}.root.json`);
    const headers = { authorization: `Bearer ${token}` };
    const response = await exchange(url, { headers, signal });
    const bytes = await readBody(response, LIMITS.rootMaxLength);
    return response.statusCode === 200 ? bytes : undefined;
  }
}
