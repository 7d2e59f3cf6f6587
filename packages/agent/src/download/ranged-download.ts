/**
 * Brings the bytes of one signed target to a file, from the best of several sources, continuing where an earlier
 * attempt stopped, also after a restart. Nothing is believed but the signed length and digest.
 */
import { dirname } from 'node:path';
import { type OrRefused, type Refusal, refuse } from '@tuesday/protocol';
import type { BackOff } from '../core/types.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { diskTroubleOf } from '../storage/disk-trouble.ts';
import { dropDownload, type Part, readPart, startOver, writeLabel } from './part.ts';
import { type Source, SourceFault, Sources } from './sources.ts';
import { Paused, transfer, type TransferOptions } from './transfer.ts';

export { dropDownload } from './part.ts';

export interface DownloadOptions extends TransferOptions {
  /** On the server itself, which is asked last. */
  readonly url: URL;
  /** The same bytes elsewhere, best first. */
  readonly mirrors?: readonly URL[];
  readonly random: () => number;
  readonly backOff: BackOff;
  /** Rounds through all sources before it is left to the caller. */
  readonly attempts: number;
  /** Hears why the download waits, once for each reason. */
  readonly onWaiting?: (because: string, percent: number) => void;
  /** Hears of each source that did not do. */
  readonly onFault?: (source: string, because: string) => void;
}

/** Room that is left untouched, bytes. */
export const HEADROOM = 1_048_576;
/** While it may not go on, milliseconds. */
const WAIT = 60_000;

export type Downloaded = OrRefused<{ readonly file: string }> & {
  /** Wrong bytes came from somebody, and somebody else who could be asked may still have the right ones. */
  readonly suspect?: Refusal;
};

/**
 * @returns `refused`: `oversize` or `wrong-digest` when every source sent wrong bytes (nothing is left then),
 *   `no-space`, `too-slow` or `download-failed` (what came stays, for another try)
 * @throws the signal's reason when it is aborted
 */
export async function download(options: DownloadOptions): Promise<Downloaded> {
  return new Download(options).run();
}

class Download {
  readonly #options: DownloadOptions;
  readonly #disk: Disk;

  constructor(options: DownloadOptions) {
    this.#options = options;
    this.#disk = options.disk ?? realDisk;
  }

  async run(): Promise<Downloaded> {
    const { file, signed, url, mirrors = [], attempts } = this.#options;
    const part = await readPart(file, signed, this.#disk);
    const sources = new Sources(url, mirrors, part.label.lied);
    let fault = new SourceFault('wrong-digest', 'every source sent wrong bytes.');
    let suspect = sources.leftOut > 0 ? fault : undefined;
    for (let rounds = 0; rounds < attempts;) {
      const source = sources.best;
      if (source === undefined) {
        await dropDownload(file, this.#disk);
        break;
      }
      const done = await this.#try(source, part, sources.isLast);
      if (done === 'paused') continue;
      if (!(done instanceof SourceFault)) return done;
      fault = done;
      if (fault.doubtful) suspect = fault;
      if (!sources.fail(source, fault.lied) || sources.best === undefined) continue;
      rounds += 1;
      if (rounds < attempts) await this.#backOff(rounds);
    }
    const refused = refuse(fault.code, fault.message);
    if (suspect === undefined || sources.best === undefined) return { refused };
    const code = suspect.lied ? suspect.code : 'wrong-digest';
    return { refused, suspect: refuse(code, suspect.message) };
  }

  async #try(
    source: Source,
    part: Part,
    isLast: boolean,
  ): Promise<OrRefused<{ file: string }> | SourceFault | 'paused'> {
    const { file, signal, onFault } = this.#options;
    try {
      const crowded = await this.#fetch(source, part, isLast);
      if (crowded !== undefined) return { refused: crowded };
      await this.#requireDigest(part);
      return { file };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Paused) return 'paused';
      const refused = diskRefusal(error);
      if (refused !== undefined) return { refused };
      const fault =
        error instanceof SourceFault ? error : new SourceFault('download-failed', (error as Error).message);
      onFault?.(source.name, fault.message);
      if (fault.lied) await this.#leaveOut(source, part);
      else if (fault.noRest && isLast) await startOver(file, part, this.#disk);
      return fault;
    }
  }

  /** @returns a refusal when there is no room */
  async #fetch(source: Source, part: Part, isLast: boolean): Promise<Refusal | undefined> {
    const { file, signed } = this.#options;
    if (part.label.alone && part.label.from.at(-1) !== source.name) await startOver(file, part, this.#disk);
    const missing = signed.length - part.length;
    if (missing === 0) return undefined;
    const free = await this.#disk.freeBytes(dirname(file));
    if (free < missing + HEADROOM)
      return refuse('no-space', `${missing} bytes are to come, ${free} are free.`);
    await this.#permitted(missing);
    await transfer(source, this.#options, part, isLast);
    return undefined;
  }

  /** Waits until hours and link allow it. */
  async #permitted(missing: number): Promise<void> {
    const { whyNotNow, onWaiting, clock, signal, signed } = this.#options;
    let told: string | undefined;
    for (;;) {
      const why = await whyNotNow?.(missing);
      if (why === undefined) return;
      if (why !== told) onWaiting?.(why, Math.floor((100 * (signed.length - missing)) / signed.length));
      told = why;
      await clock.sleep(WAIT, signal);
    }
  }

  /**
   * Wrong bytes that one source sent in one go name the liar. Mixed ones, and those that an earlier process
   * wrote, name nobody: then all of them come again, from one source alone.
   */
  async #requireDigest(part: Part): Promise<void> {
    const { signed, file } = this.#options;
    const digest = part.hash.copy().digest('hex');
    if (digest === signed.sha256) return;
    const because = `the bytes have digest ${digest.slice(0, 12)}…, signed is ${signed.sha256.slice(0, 12)}….`;
    if (!part.resumed && part.label.from.length === 1) throw new SourceFault('wrong-digest', because, 'lied');
    await startOver(file, part, this.#disk, { alone: true });
    throw new SourceFault('download-failed', because, 'doubtful');
  }

  /** What it sent goes with it. */
  async #leaveOut({ name }: Source, part: Part): Promise<void> {
    const { file } = this.#options;
    const lied = [...new Set([...part.label.lied, name])];
    if (part.label.from.includes(name)) await startOver(file, part, this.#disk, { lied });
    else await writeLabel(file, part, { lied }, this.#disk);
  }

  async #backOff(failures: number): Promise<void> {
    const { clock, random, backOff, signal } = this.#options;
    await clock.sleep(random() * Math.min(backOff.capMillis, backOff.baseMillis * 2 ** failures), signal);
  }
}

/** A disk that does not take the bytes is no source's fault. */
function diskRefusal(error: unknown): Refusal | undefined {
  const trouble = diskTroubleOf(error);
  if (trouble === undefined || trouble.code === 'stage-failed') return undefined;
  return refuse(trouble.code, trouble.because);
}
