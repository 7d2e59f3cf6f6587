/** Verifying, downloading and staging: at most one of them at a time, each ending in one input. */
import { join } from 'node:path';
import { type Clock, isRefused, type Refusal, type RefusalCode } from '@tuesday/protocol';
import type { Effect, Input } from '../core/types.ts';
import { dropDelta, fetchByDelta } from '../delta/fetch-delta.ts';
import { type IsMetered, meteredLink } from '../download/metered-link.ts';
import { Pace } from '../download/pace.ts';
import { permission } from '../download/permission.ts';
import { download, dropDownload } from '../download/ranged-download.ts';
import { type DownloadSettings, downloadSettingsSchema } from '../download/settings.ts';
import type { SlotPort } from '../slots/slot-port.ts';
import type { RescueWork } from '../rescue/rescue-work.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { diskTroubleOf } from '../storage/disk-trouble.ts';
import type { openExchange } from '../transport/exchange.ts';
import { type TargetVerifier, targetUrl } from '../trust/verify-target.ts';

export interface WorkOptions {
  readonly folder: string;
  readonly server: string;
  readonly token: string;
  readonly verifier: Pick<TargetVerifier, 'verify'>;
  readonly slots: Pick<SlotPort, 'write' | 'content'>;
  /** Brings the bytes of a rescue, over every road; absent where nothing is ever rescued. */
  readonly rescue?: Pick<RescueWork, 'fetch'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tell: (input: Input) => void;
  readonly log?: (event: string, facts: object) => void;
  /** Sources, limits, hours, deltas; the defaults when absent. */
  readonly settings?: DownloadSettings | undefined;
  /** The real one by default. */
  readonly disk?: Disk;
  /** Over the network by default. */
  readonly exchange?: typeof openExchange;
}

type Work = Extract<Effect, { do: 'verify' | 'download' | 'stage' }>;

/** Refusals that pass by themselves: the step is tried again. */
const PASSING: ReadonlySet<RefusalCode> = new Set([
  'download-failed',
  'too-slow',
  'no-space',
  'read-only',
  'busy',
]);

/** Short repetitions inside a step; the core repeats the step itself, with longer waits. */
const ATTEMPTS = 3;
const BACK_OFF = { baseMillis: 2_000, capMillis: 30_000 };

export class UpdateWork {
  readonly #options: WorkOptions;
  readonly #settings: DownloadSettings;
  readonly #pace: Pace | undefined;
  readonly #isMetered: IsMetered | undefined;
  #current: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;

  constructor(options: WorkOptions) {
    const { clock, settings = downloadSettingsSchema.parse({}) } = options;
    this.#options = options;
    this.#settings = settings;
    const { bytesPerSecond, metered } = settings;
    this.#pace = bytesPerSecond === undefined ? undefined : new Pace(bytesPerSecond, clock);
    this.#isMetered = metered && meteredLink(metered.link, clock);
  }

  /** Replaces work that runs. */
  begin(work: Work): void {
    const before = this.stop();
    const stop = new AbortController();
    this.#current = { stop, done: this.#run(work, stop.signal, before) };
  }

  /** Resolves when nothing runs any more. */
  stop(): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    current?.stop.abort(new Error('the step was stopped'));
    return current?.done ?? Promise.resolve();
  }

  /** After the work before it, so that nothing is written to a file that was dropped. */
  async drop(): Promise<void> {
    await this.stop();
    await dropDelta(this.#file, this.#disk);
    await dropDownload(this.#file, this.#disk);
  }

  get #disk(): Disk {
    return this.#options.disk ?? realDisk;
  }

  get #file(): string {
    return join(this.#options.folder, 'download', 'bundle');
  }

  async #run(work: Work, signal: AbortSignal, before: Promise<void>): Promise<void> {
    await before;
    const input = await this.#outcome(work, signal).catch((error: unknown): Input => {
      const { target } = work;
      const trouble = diskTroubleOf(error);
      if (trouble !== undefined) return { is: 'step-failed', target, ...trouble };
      const code = work.do === 'stage' ? 'stage-failed' : 'download-failed';
      return { is: 'step-failed', target, code, because: (error as Error).message };
    });
    if (!signal.aborted) this.#options.tell(input);
  }

  #outcome(work: Work, signal: AbortSignal): Promise<Input> {
    if (work.do === 'verify') return this.#verify(work, signal);
    return work.do === 'download' ? this.#download(work, signal) : this.#stage(work, signal);
  }

  async #verify({ target }: Work, signal: AbortSignal): Promise<Input> {
    const verified = await this.#options.verifier.verify(target, signal);
    if ('refused' in verified) return refusedInput(target, verified.refused);
    return { is: 'verified', target, ...verified };
  }

  async #stage(
    { slot, target, signed }: Extract<Work, { do: 'stage' }>,
    signal: AbortSignal,
  ): Promise<Input> {
    const written = await this.#options.slots.write(slot, this.#file, signed, signal);
    return 'refused' in written ? refusedInput(target, written.refused) : { is: 'staged', target };
  }

  async #download(work: Extract<Work, { do: 'download' }>, signal: AbortSignal): Promise<Input> {
    const { folder, server, log } = this.#options;
    const { target, signed } = work;
    await this.#disk.makeFolder(join(folder, 'download'));
    if (work.rescue === true) return this.#fetchRescue(work, signal);
    const how = this.#how(work, signal);
    const mirrors = [...new Set([...this.#settings.mirrors, ...(work.mirrors ?? [])])];
    const whyWhole = await this.#byDelta(work, { ...how, server, mirrors });
    if (whyWhole === undefined) {
      log?.('from-delta', { target });
      return { is: 'downloaded', target };
    }
    log?.('whole-artifact', { target, because: whyWhole });
    const got = await download({
      ...how,
      url: targetUrl(server, target, signed.sha256),
      mirrors: mirrors.map((mirror) => targetUrl(mirror, target, signed.sha256)),
      signed,
    });
    if (!isRefused(got)) return { is: 'downloaded', target };
    const { refused, suspect } = got;
    if (suspect === undefined) return refusedInput(target, refused);
    return {
      is: 'step-failed',
      target,
      code: suspect.code,
      because: `${suspect.because} ${refused.because}`,
    };
  }

  async #fetchRescue(
    { target, signed }: Extract<Work, { do: 'download' }>,
    signal: AbortSignal,
  ): Promise<Input> {
    const { tell, rescue } = this.#options;
    if (rescue === undefined) throw new Error('this device has no road for a rescue');
    const onPercent = (percent: number) => tell({ is: 'progress', target, percent });
    const found = await rescue.fetch({ target, signed, file: this.#file, onPercent }, signal);
    if ('refused' in found) return refusedInput(target, found.refused);
    return { is: 'downloaded', target, ...(found.road === undefined ? {} : { road: found.road }) };
  }

  /** @returns why the artifact has to come whole; undefined when it is here */
  async #byDelta(
    { from, signed, target }: Extract<Work, { do: 'download' }>,
    how: Omit<Parameters<typeof fetchByDelta>[0], 'base' | 'memoryBytes' | 'signed'>,
  ): Promise<string | undefined> {
    const { enabled, memoryBytes } = this.#settings.delta;
    if (!enabled) return 'deltas are turned off on this device';
    if ((await this.#disk.size(this.#file)) === signed.length) return 'all bytes are here already';
    // A slot that cannot be read gives no base; whether that is bad is for others to say.
    const base = from && (await this.#options.slots.content(from).catch(() => undefined));
    const why = await fetchByDelta({ ...how, signed, base, memoryBytes, attempts: 1 });
    if (why !== undefined) {
      const because = `The artifact comes whole: ${why}.`;
      this.#options.tell({ is: 'progress', target, percent: 0, because });
    }
    return why;
  }

  /** What all ways of fetching have in common. */
  #how({ target, urgent }: Extract<Work, { do: 'download' }>, signal: AbortSignal) {
    const { token, clock, random, tell, log, exchange } = this.#options;
    const waiting = (because: string, percent: number) => {
      log?.('download-waits', { target, because });
      tell({ is: 'progress', target, percent, because });
    };
    return {
      headers: { authorization: `Bearer ${token}` },
      file: this.#file,
      disk: this.#disk,
      clock,
      random,
      signal,
      onPercent: (percent: number) => tell({ is: 'progress', target, percent }),
      onWaiting: waiting,
      onFault: (source: string, because: string) => log?.('source-failed', { target, source, because }),
      whyNotNow: permission(this.#settings, clock, this.#isMetered, urgent === true),
      pace: this.#pace,
      slowest: this.#settings.slowest,
      backOff: BACK_OFF,
      attempts: ATTEMPTS,
      ...(exchange === undefined ? {} : { exchange }),
    };
  }
}

function refusedInput(target: string, { code, because }: Refusal): Input {
  return { is: PASSING.has(code) ? 'step-failed' : 'refused', target, code, because };
}
