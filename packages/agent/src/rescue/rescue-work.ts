/** What the core asks of the world in rescue: to look for recovery releases, and to bring one, over every road. */
import { join } from 'node:path';
import { type OrRefused, type Refusal, refuse, type Taken } from '@tuesday/protocol';
import type { Input } from '../core/types.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { removeFile } from '../storage/whole-file.ts';
import type { Recoveries } from '../trust/recoveries.ts';
import type { Fetched, Road, Wanted } from './road.ts';

export interface RescueWorkOptions {
  /** Of the device. */
  readonly folder: string;
  /** The server first, then those that are nearer and slower. */
  readonly roads: readonly Road[];
  readonly log: (event: string, facts: object) => void;
  readonly disk?: Disk;
}

export interface Brought {
  readonly file: string;
  /** By which the last of the bytes came; absent when all of them were here. */
  readonly road?: Taken;
}

/** Somebody puts it into the device's folder to ask for a rescue. */
export const DEMAND_FILE = 'rescue';

export class RescueWork {
  readonly #options: RescueWorkOptions;
  #stop = new AbortController();
  #looking: Promise<unknown> = Promise.resolve();

  constructor(options: RescueWorkOptions) {
    this.#options = options;
  }

  /** Never throws: whatever goes wrong is a look that found nothing. */
  seek(): Promise<Input> {
    const { signal } = this.#stop;
    const looking = this.#look(signal).catch((error: unknown): Input => {
      return { is: 'rescue-not-found', because: (error as Error).message };
    });
    this.#looking = looking;
    return looking.then((input) => {
      this.#options.log('rescue-look', wordsOf(input));
      return input;
    });
  }

  /**
   * The bytes of a verified target, from the first road that has them.
   *
   * @returns refused `download-failed`, or `no-space` when there is no room on this device
   * @throws the signal's reason when it is aborted
   */
  async fetch(wanted: Wanted, signal: AbortSignal): Promise<OrRefused<Brought>> {
    const said: string[] = [];
    const { disk = realDisk } = this.#options;
    const wasHere = (await disk.size(wanted.file)) === wanted.signed.length;
    for (const road of this.#options.roads) {
      const got = await road.fetch(wanted, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        return { refused: refuse('download-failed', (error as Error).message) };
      });
      if (!('refused' in got)) {
        this.#options.log('rescue-bytes', { road: road.name, bytes: wanted.signed.length });
        // What was here whole before nobody asked for again: who brought it is forgotten.
        return wasHere ? { file: got.file } : { file: got.file, road: takenBy(road, got) };
      }
      if (got.refused.code === 'no-space') return got;
      said.push(sentence(road, got.refused));
    }
    this.#options.log('rescue-bytes-missing', { because: said.join(' ') });
    return { refused: refuse('download-failed', said.join(' ').slice(0, 400)) };
  }

  /** The demand is remembered in the journal. A file that cannot be removed is heard again at the next power-on. */
  forgetDemand(): Promise<void> {
    const { folder, disk = realDisk, log } = this.#options;
    return removeFile(join(folder, DEMAND_FILE), disk).catch((error: unknown) => {
      log('demand-stays', { because: (error as Error).message });
    });
  }

  /** Ends a look that runs. */
  async halt(): Promise<void> {
    this.#stop.abort(new Error('the look was ended'));
    await this.#looking;
    this.#stop = new AbortController();
  }

  async stop(): Promise<void> {
    await this.halt();
    await Promise.all(this.#options.roads.map((road) => road.stop()));
  }

  async #look(signal: AbortSignal): Promise<Input> {
    let best: Recoveries | undefined;
    const said: string[] = [];
    for (const road of this.#options.roads) {
      const got = await road.recoveries(signal).catch((error: unknown) => {
        signal.throwIfAborted();
        return { refused: refuse('download-failed', (error as Error).message) };
      });
      if ('refused' in got) {
        said.push(sentence(road, got.refused));
        continue;
      }
      best = got;
      if (got.candidates.length > 0) break;
    }
    if (best !== undefined) return { is: 'rescue-found', ...best };
    return { is: 'rescue-not-found', because: said.join(' ').slice(0, 500) };
  }
}

function takenBy({ by }: Road, { neighbour }: Fetched): Taken {
  return neighbour === undefined ? { by } : { by, neighbour };
}

function sentence({ name }: Road, { because }: Refusal): string {
  return `${name}: ${because}`;
}

function wordsOf(input: Input): object {
  if (input.is === 'rescue-not-found') return { found: false, because: input.because };
  if (input.is !== 'rescue-found') return {};
  return { found: true, candidates: input.candidates.map(({ target }) => target) };
}
