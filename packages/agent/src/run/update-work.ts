/** Verifying, downloading and staging: at most one of them at a time, each ending in one input. */
import { join } from 'node:path';
import type { Clock, Refusal, RefusalCode } from '@tuesday/protocol';
import type { Effect, Input } from '../core/types.ts';
import { download, dropDownload } from '../download/ranged-download.ts';
import type { SlotPort } from '../slots/slot-port.ts';
import type { RescueWork } from '../rescue/rescue-work.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { type TargetVerifier, targetUrl } from '../trust/verify-target.ts';

export interface WorkOptions {
  readonly folder: string;
  readonly server: string;
  readonly token: string;
  readonly verifier: TargetVerifier;
  readonly slots: Pick<SlotPort, 'write'>;
  /** Brings the bytes of a rescue, over every road. */
  readonly rescue: Pick<RescueWork, 'fetch'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tell: (input: Input) => void;
  /** The real one by default. */
  readonly disk?: Disk;
}

type Work = Extract<Effect, { do: 'verify' | 'download' | 'stage' }>;

/** Refusals that pass by themselves: the step is tried again. */
const PASSING: ReadonlySet<RefusalCode> = new Set(['download-failed', 'no-space', 'busy']);

/** Short repetitions inside a step; the core repeats the step itself, with longer waits. */
const ATTEMPTS = 3;
const BACK_OFF = { baseMillis: 2_000, capMillis: 30_000 };

export class UpdateWork {
  readonly #options: WorkOptions;
  #current: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;

  constructor(options: WorkOptions) {
    this.#options = options;
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
      const code = work.do === 'stage' ? 'stage-failed' : 'download-failed';
      return { is: 'step-failed', target: work.target, code, because: (error as Error).message };
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

  async #download(
    { target, signed, rescue }: Extract<Work, { do: 'download' }>,
    signal: AbortSignal,
  ): Promise<Input> {
    const { folder, server, token, clock, random, tell } = this.#options;
    await this.#disk.makeFolder(join(folder, 'download'));
    const onPercent = (percent: number) => tell({ is: 'progress', target, percent });
    if (rescue === true) {
      const wanted = { target, signed, file: this.#file, onPercent };
      const found = await this.#options.rescue.fetch(wanted, signal);
      return 'refused' in found ? refusedInput(target, found.refused) : { is: 'downloaded', target };
    }
    const got = await download({
      url: targetUrl(server, target, signed.sha256),
      headers: { authorization: `Bearer ${token}` },
      file: this.#file,
      disk: this.#disk,
      signed,
      clock,
      random,
      signal,
      onPercent,
      backOff: BACK_OFF,
      attempts: ATTEMPTS,
    });
    return 'refused' in got ? refusedInput(target, got.refused) : { is: 'downloaded', target };
  }
}

function refusedInput(target: string, { code, because }: Refusal): Input {
  return { is: PASSING.has(code) ? 'step-failed' : 'refused', target, code, because };
}
