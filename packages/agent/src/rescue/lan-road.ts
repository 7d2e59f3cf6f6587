/** The road over neighbours on the link. Whoever lies, lags or lacks is passed over; the signature decides. */
import { type Clock, type OrRefused, type Refusal, refuse, wallClock } from '@tuesday/protocol';
import { download, type DownloadOptions } from '../download/ranged-download.ts';
import type { Neighbour, Neighbours } from '../relay/lan/neighbours.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { type Recoveries, recoveriesFrom } from '../trust/recoveries.ts';
import type { openExchange } from '../transport/exchange.ts';
import type { TrustFolder } from '../trust/trust-folder.ts';
import { targetUrl } from '../trust/verify-target.ts';
import type { Fetched, Road, Wanted } from './road.ts';

export interface LanRoadOptions {
  readonly neighbours: Neighbours;
  /** Calls for beacons on the link. */
  readonly ask: () => void;
  readonly trust: TrustFolder;
  readonly hardware: string;
  readonly random: () => number;
  readonly log: (event: string, facts: object) => void;
  readonly disk?: Disk;
  /** Real time. */
  readonly clock?: Clock;
  /** How long to listen after asking, and the slowest that a neighbour may be. */
  readonly patience?: Patience;
  /** Over the network by default. */
  readonly exchange?: typeof openExchange;
}

export interface Patience {
  readonly listenMillis: number;
  readonly metadataMillis: number;
  /** A transfer may take `graceMillis` and a second for so many bytes. */
  readonly bytesPerSecond: number;
  readonly graceMillis: number;
}

const PATIENCE: Patience = {
  listenMillis: 1_500,
  metadataMillis: 60_000,
  bytesPerSecond: 1_024,
  graceMillis: 60_000,
};
/** Neighbours that are asked in one look. */
const AT_MOST = 8;
/** Whoever lied, or had what is old, is not asked for a while; whoever could not, for a moment. */
const LIED_MILLIS = 900_000;
const FAILED_MILLIS = 10_000;

export class LanRoad implements Road {
  readonly name = 'neighbours on the link';
  readonly by = 'link';
  readonly #options: LanRoadOptions;
  readonly #clock: Clock;
  readonly #patience: Patience;

  constructor(options: LanRoadOptions) {
    this.#options = options;
    this.#clock = options.clock ?? wallClock();
    this.#patience = options.patience ?? PATIENCE;
  }

  async recoveries(signal: AbortSignal): Promise<OrRefused<Recoveries>> {
    const { neighbours, trust, hardware, exchange } = this.#options;
    await this.#listen(signal);
    let best: Recoveries | undefined;
    const refusals: Refusal[] = [];
    for (const { url } of neighbours.forMetadata().slice(0, AT_MOST)) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(this.#patience.metadataMillis)]);
      const origin = { server: url, exchange };
      const got = await recoveriesFrom(origin, trust, hardware, limit).catch((error: unknown) => {
        signal.throwIfAborted();
        return { refused: refuse('too-slow', `${url}: ${(error as Error).message}`) };
      });
      if ('refused' in got) refusals.push(this.#passOver(url, got.refused));
      // The trust folder has seen whatever they had: the last that verified is the newest.
      else best = got;
    }
    return best ?? { refused: nobody(refusals) };
  }

  async fetch(wanted: Wanted, signal: AbortSignal): Promise<OrRefused<Fetched>> {
    if (this.#options.neighbours.forArtifact(wanted.signed.sha256).length === 0) await this.#listen(signal);
    const refusals: Refusal[] = [];
    for (const neighbour of this.#options.neighbours.forArtifact(wanted.signed.sha256).slice(0, AT_MOST)) {
      const got = await this.#fetchFrom(neighbour, wanted, signal);
      if (!('refused' in got)) return { ...got, neighbour: neighbour.beacon.device };
      refusals.push(got.refused);
    }
    return { refused: nobody(refusals) };
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  async #fetchFrom(
    { url }: Neighbour,
    wanted: Wanted,
    signal: AbortSignal,
  ): Promise<OrRefused<{ file: string }>> {
    const { disk = realDisk } = this.#options;
    const before = (await disk.size(wanted.file)) ?? 0;
    let got = await this.#download(url, wanted, signal);
    // Somebody else's bytes may have been among them: this neighbour is judged by its own alone.
    if ('refused' in got && got.refused.code === 'wrong-digest' && before > 0) {
      got = await this.#download(url, wanted, signal);
    }
    return 'refused' in got ? { refused: this.#passOver(url, got.refused) } : got;
  }

  async #download(url: string, wanted: Wanted, signal: AbortSignal): Promise<OrRefused<{ file: string }>> {
    const { target, signed, file, onPercent } = wanted;
    const { random, disk = realDisk, exchange } = this.#options;
    const { bytesPerSecond, graceMillis } = this.#patience;
    const limit = Math.ceil(graceMillis + (signed.length * 1_000) / bytesPerSecond);
    const options: DownloadOptions = {
      url: targetUrl(url, target, signed.sha256),
      // The device's token is for its server alone.
      headers: {},
      file,
      signed,
      disk,
      clock: this.#clock,
      random,
      signal: AbortSignal.any([signal, AbortSignal.timeout(Math.min(limit, 86_400_000))]),
      onPercent,
      backOff: { baseMillis: 500, capMillis: 2_000 },
      attempts: 2,
      ...(exchange === undefined ? {} : { exchange }),
    };
    return download(options).catch((error: unknown) => {
      signal.throwIfAborted();
      if ((error as Error).name !== 'TimeoutError') throw error;
      const because = `${url} took more than ${Math.round(limit / 1_000)} s for ${signed.length} bytes.`;
      return { refused: refuse('too-slow', because) };
    });
  }

  async #listen(signal: AbortSignal): Promise<void> {
    this.#options.ask();
    await this.#clock.sleep(this.#patience.listenMillis, signal);
  }

  #passOver(url: string, refused: Refusal): Refusal {
    const lied = refused.code !== 'download-failed';
    this.#options.neighbours.avoid(url, lied ? LIED_MILLIS : FAILED_MILLIS);
    this.#options.log('neighbour-passed-over', {
      neighbour: url,
      code: refused.code,
      because: refused.because,
    });
    return refused;
  }
}

function nobody(refusals: readonly Refusal[]): Refusal {
  const last = refusals.at(-1);
  if (last === undefined) return refuse('download-failed', 'no neighbour on the link was heard.');
  return refuse(
    'download-failed',
    `${refusals.length} neighbours on the link could not help, the last because: ${last.because}`.slice(
      0,
      400,
    ),
  );
}
