/** Signed facts of a target, from TUF metadata that leads back to a pinned root. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, type OrRefused, refuse, sha256Schema, targetCustomSchema } from '@tuesday/protocol';
import { type TargetFile, Updater } from 'tuf-js';
import type { SignedTarget } from '../core/journal.ts';
import { realDisk } from '../storage/disk.ts';
import { readJson, writeWhole } from '../storage/whole-file.ts';
import { deviceUrl } from '../transport/device-url.ts';
import { MetadataFetcher } from './metadata-fetcher.ts';
import { refuseMetadata } from './tuf-refusal.ts';

/** Bytes. A targets file of 10,000 releases stays below. */
export const LIMITS = {
  rootMaxLength: 65_536,
  timestampMaxLength: 16_384,
  snapshotMaxLength: 65_536,
  targetsMaxLength: 16_777_216,
  maxRootRotations: 64,
};

export interface Verified {
  readonly signed: SignedTarget;
  /** Version of the root that is trusted now. */
  readonly root: number;
}

export class TargetVerifier {
  readonly #server: string;
  readonly #folder: string;
  readonly #pinnedRoot: string;
  readonly #clock: Clock;
  readonly #token: string | undefined;

  /**
   * @param server its address, or that of a fleet on it
   * @param folder keeps what was trusted last: what is older is refused from then on
   * @param pinnedRoot text of the root metadata that the device was made with
   * @param token of the device: a fleet of an organisation may show its metadata to its own devices only
   */
  constructor(server: string, folder: string, pinnedRoot: string, clock: Clock, token?: string) {
    this.#server = server;
    this.#folder = folder;
    this.#pinnedRoot = pinnedRoot;
    this.#clock = clock;
    this.#token = token;
  }

  /**
   * @returns refused with the codes of the verification, or `download-failed` when the server cannot be
   *   reached or does not have what it announced
   * @throws the signal's reason when it is aborted; what the file system throws
   */
  async verify(target: string, signal: AbortSignal): Promise<OrRefused<Verified>> {
    await this.#prepareFolder();
    const fetcher = new MetadataFetcher(signal, this.#token);
    try {
      const found = await this.#lookUp(target, fetcher);
      if (found === undefined) return { refused: refuse('unknown-target', `${target} is not signed.`) };
      const signed = signedFacts(found);
      if ('refused' in signed) return signed;
      return { signed, root: await this.#rootVersion() };
    } catch (error) {
      signal.throwIfAborted();
      if ((error as NodeJS.ErrnoException).code !== undefined && fetcher.failure === undefined) throw error;
      if (fetcher.oversize) return { refused: refuse('oversize', (error as Error).message) };
      if (fetcher.failure !== undefined)
        return { refused: refuse('download-failed', fetcher.failure.message) };
      return { refused: refuseMetadata(error) };
    }
  }

  async #lookUp(target: string, fetcher: MetadataFetcher): Promise<TargetFile | undefined> {
    const updater = this.#updater(fetcher);
    tellTime(updater, this.#clock.now());
    await updater.refresh();
    // From here on nothing is fetched, so what fails is the metadata.
    fetcher.failure = undefined;
    return updater.getTargetInfo(target);
  }

  /** @throws what tuf-js throws when the root that is kept is none that holds together */
  #updater(fetcher?: MetadataFetcher): Updater {
    return new Updater({
      metadataDir: this.#folder,
      metadataBaseUrl: deviceUrl(this.#server, 'trust/metadata').href,
      config: LIMITS,
      ...(fetcher === undefined ? {} : { fetcher }),
    });
  }

  #prepareFolder(): Promise<void> {
    return prepareTrustFolder(this.#folder, this.#pinnedRoot);
  }

  #rootVersion(): Promise<number> {
    return trustedRootVersion(this.#folder);
  }
}

/**
 * A folder whose root is lost or damaged begins again at the pinned root, and walks the chain anew. tuf-js
 * writes this folder past the disk's door, in place and without syncing: whatever it holds must do.
 */
export async function prepareTrustFolder(folder: string, pinnedRoot: string): Promise<void> {
  if (rootHolds(folder)) return;
  await realDisk.makeFolder(folder);
  await writeWhole(join(folder, 'root.json'), pinnedRoot);
}

function rootHolds(folder: string): boolean {
  if (!existsSync(join(folder, 'root.json'))) return false;
  try {
    // Nothing is fetched: tuf-js reads the root that is there, and throws when it does not hold together.
    const trusted = new Updater({
      metadataDir: folder,
      metadataBaseUrl: 'http://nowhere.invalid',
      config: LIMITS,
    });
    return trusted !== undefined;
  } catch {
    return false;
  }
}

export async function trustedRootVersion(folder: string): Promise<number> {
  const root = (await readJson(join(folder, 'root.json'))) as { signed?: { version?: number } };
  return root.signed?.version ?? 1;
}

/**
 * tuf-js judges expiry by the machine's time and takes no clock. Its reference time is one field, set when it
 * is made; a test fails if a later version keeps it elsewhere.
 */
export function tellTime(updater: Updater, now: number): void {
  const { trustedSet } = updater as unknown as { trustedSet: { referenceTime: Date } };
  trustedSet.referenceTime = new Date(now);
}

export function signedFacts(target: TargetFile): OrRefused<SignedTarget> {
  const sha256 = sha256Schema.safeParse(target.hashes['sha256']);
  const custom = targetCustomSchema.safeParse(target.custom);
  if (!sha256.success || !custom.success || target.length < 1) {
    return {
      refused: refuse('metadata-invalid', `${target.path} lacks a digest, a length or its custom facts.`),
    };
  }
  return { length: target.length, sha256: sha256.data, custom: custom.data };
}

/** Where the server serves the bytes of a target under consistent snapshots. */
export function targetUrl(server: string, target: string, sha256: string): URL {
  const slash = target.lastIndexOf('/') + 1;
  const path = `${target.slice(0, slash)}${sha256}.${target.slice(slash)}`;
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return deviceUrl(server, `trust/targets/${encoded}`);
}
