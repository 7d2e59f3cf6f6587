/**
 * tuf-js on bytes in memory. By itself it keeps its metadata in files that it writes in place and never syncs; here
 * what it verified is handed over, and goes to the disk by the same door as everything else.
 */
import type { Metadata, Root, Targets } from '@tufjs/models';
import { type Fetcher, type TargetFile, Updater, type UpdaterOptions } from 'tuf-js';

/** Bytes of metadata by role. */
export type Metadatas = Map<string, Buffer>;

/** Bytes. A targets file of 10,000 releases stays below. */
export const LIMITS = {
  rootMaxLength: 65_536,
  timestampMaxLength: 16_384,
  snapshotMaxLength: 65_536,
  targetsMaxLength: 16_777_216,
  maxRootRotations: 64,
};

/** What tuf-js calls private; a test fails if a later version names it otherwise. */
interface OpenUpdater {
  refresh(): Promise<void>;
  getTargetInfo(target: string): Promise<TargetFile | undefined>;
  loadLocalMetadata(role: string): Buffer;
  persistMetadata(role: string, bytes: Buffer): void;
  readonly trustedSet: {
    readonly root: Metadata<Root>;
    readonly targets: Metadata<Targets> | undefined;
    referenceTime: Date;
    updateRoot(bytes: Buffer): unknown;
  };
}
const OpenUpdater = Updater as unknown as new (options: UpdaterOptions) => OpenUpdater;

export interface MemoryUpdaterOptions {
  /** What was trusted before; a root is among it. */
  readonly kept: ReadonlyMap<string, Buffer>;
  /** tuf-js judges expiry by the machine's time unless it is told. */
  readonly now: number;
  readonly baseUrl?: string;
  readonly fetcher?: Fetcher;
  /** Hears what was verified, in the order in which it was. */
  readonly onVerified?: (role: string, bytes: Buffer) => void;
}

/** @throws what tuf-js throws when the root does not hold together */
export function memoryUpdater(options: MemoryUpdaterOptions): OpenUpdater {
  const { kept, now, baseUrl = 'http://nowhere.invalid', fetcher, onVerified } = options;
  class MemoryUpdater extends OpenUpdater {
    override loadLocalMetadata(role: string): Buffer {
      const bytes = kept.get(role);
      if (bytes === undefined) throw new Error(`there is no ${role}`);
      return bytes;
    }

    override persistMetadata(role: string, bytes: Buffer): void {
      onVerified?.(role, bytes);
    }
  }
  const updater = new MemoryUpdater({
    metadataDir: '/nowhere',
    metadataBaseUrl: baseUrl,
    config: LIMITS,
    ...(fetcher === undefined ? {} : { fetcher }),
  });
  updater.trustedSet.referenceTime = new Date(now);
  return updater;
}

/** Follows a chain of roots from one that is trusted. */
export class RootChain {
  readonly #updater: OpenUpdater;

  /** @throws what tuf-js throws when the root does not hold together */
  constructor(trusted: Buffer) {
    this.#updater = memoryUpdater({ kept: new Map([['root', trusted]]), now: 0 });
  }

  get version(): number {
    return this.#updater.trustedSet.root.signed.version;
  }

  /** @returns whether it is the next one, signed by the one before and by itself; it is trusted then */
  takes(next: Buffer): boolean {
    try {
      this.#updater.trustedSet.updateRoot(next);
      return true;
    } catch {
      return false;
    }
  }
}
