/**
 * The metadata that a device verified last, one file for each role, and what is older than it is refused from then on.
 * The files change whole; that they belong together is for whoever reads them to see.
 */
import { join } from 'node:path';
import type { Clock } from '@tuesday/protocol';
import type { Fetcher } from 'tuf-js';
import { InTurn } from '../boot/in-turn.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { writeWhole } from '../storage/whole-file.ts';
import { memoryUpdater, type Metadatas, RootChain } from './memory-updater.ts';

export interface TrustFolderOptions {
  readonly folder: string;
  /** Text of the root metadata that the device was made with. */
  readonly pinnedRoot: string;
  readonly clock: Clock;
  readonly disk?: Disk;
}

type Updater = ReturnType<typeof memoryUpdater>;

/** Where metadata comes from, as tuf-js wants it. */
export interface Origin {
  readonly baseUrl: string;
  readonly fetcher: Fetcher;
}

const SUFFIX = '.json';

/** One for each folder: whoever writes to it waits for the others. */
export class TrustFolder {
  readonly folder: string;
  readonly pinnedRoot: string;
  readonly #clock: Clock;
  readonly #disk: Disk;
  readonly #turns = new InTurn();

  constructor({ folder, pinnedRoot, clock, disk = realDisk }: TrustFolderOptions) {
    this.folder = folder;
    this.pinnedRoot = pinnedRoot;
    this.#clock = clock;
    this.#disk = disk;
  }

  /**
   * Looks around with what is trusted now. What is verified meanwhile is durable when it resolves, also when the look
   * ended badly.
   *
   * @throws what tuf-js throws, and what the file system throws
   */
  async look<T>({ baseUrl, fetcher }: Origin, look: (updater: Updater) => Promise<T>): Promise<T> {
    const found = await this.#read();
    const kept = new Map(found);
    const fresh: Metadatas = new Map();
    if (!holds(kept.get('root'))) {
      kept.set('root', Buffer.from(this.pinnedRoot));
      fresh.set('root', Buffer.from(this.pinnedRoot));
    }
    const onVerified = (role: string, bytes: Buffer) => void fresh.set(role, bytes);
    try {
      return await look(memoryUpdater({ kept, now: this.#clock.now(), baseUrl, fetcher, onVerified }));
    } finally {
      await this.#turns.do(() => this.#keep(fresh, found));
    }
  }

  async #read(): Promise<Metadatas> {
    const found: Metadatas = new Map();
    for (const name of await this.#disk.list(this.folder)) {
      if (!name.endsWith(SUFFIX)) continue;
      const bytes = await this.#disk.read(join(this.folder, name));
      if (bytes !== undefined) found.set(decodeURIComponent(name.slice(0, -SUFFIX.length)), bytes);
    }
    return found;
  }

  /** @param found what was there when the look began: another look may have found something newer since */
  async #keep(fresh: Metadatas, found: Metadatas): Promise<void> {
    if (fresh.size === 0) return;
    await this.#disk.makeFolder(this.folder);
    for (const [role, bytes] of fresh) {
      const file = join(this.folder, `${encodeURIComponent(role)}${SUFFIX}`);
      const there = await this.#disk.read(file);
      const isOvertaken = there !== undefined && found.get(role)?.equals(there) !== true;
      if (isOvertaken && (versionOf(there) ?? 0) > (versionOf(bytes) ?? 0)) continue;
      await writeWhole(file, bytes, this.#disk);
    }
  }
}

function holds(root: Buffer | undefined): boolean {
  try {
    return root !== undefined && new RootChain(root).version > 0;
  } catch {
    return false;
  }
}

/** @returns undefined when it is no metadata */
export function versionOf(metadata: Buffer): number | undefined {
  try {
    const { signed } = JSON.parse(metadata.toString('utf8')) as { signed?: { version?: unknown } };
    return typeof signed?.version === 'number' ? signed.version : undefined;
  } catch {
    return undefined;
  }
}
