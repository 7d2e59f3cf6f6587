/**
 * The recovery releases that verified metadata lists. The metadata may come from anybody: the server, a
 * neighbour, a radio. It is verified against the device's own trust folder, so what is older than what was seen
 * is refused, whoever brings it.
 */
import { type Clock, type OrRefused, refuse } from '@tuesday/protocol';
import type { Metadata, Targets } from '@tufjs/models';
import { BaseFetcher, type Fetcher, Updater } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import type { Candidate } from '../core/types.ts';
import { deviceUrl } from '../transport/device-url.ts';
import { TooLong } from '../transport/exchange.ts';
import { MetadataFetcher } from './metadata-fetcher.ts';
import { refuseMetadata } from './tuf-refusal.ts';
import { LIMITS, prepareTrustFolder, signedFacts, tellTime, trustedRootVersion } from './verify-target.ts';

export interface TrustFolder {
  readonly folder: string;
  /** Text of the root metadata that the device was made with. */
  readonly pinnedRoot: string;
  readonly clock: Clock;
}

/** Where metadata is fetched from: an address that has the layout of the server's, or files in memory. */
export type MetadataOrigin =
  | { readonly server: string; readonly token?: string }
  | { readonly files: ReadonlyMap<string, Buffer> };

export interface Recoveries {
  readonly candidates: readonly Candidate[];
  readonly root: number;
}

/**
 * @param hardware undefined: for any
 * @returns refused `download-failed` when the origin does not answer or lacks a file, `oversize`, or the codes of
 *   the verification: then the origin told an untruth, or an old one
 * @throws the signal's reason when it is aborted; what the file system throws
 */
export async function recoveriesFrom(
  origin: MetadataOrigin,
  trust: TrustFolder,
  hardware: string | undefined,
  signal: AbortSignal,
): Promise<OrRefused<Recoveries>> {
  await prepareTrustFolder(trust.folder, trust.pinnedRoot);
  const fetcher = 'files' in origin ? new KeptFiles(origin.files) : new MetadataFetcher(signal, origin.token);
  const base = 'files' in origin ? 'http://relay.invalid' : origin.server;
  try {
    const targets = await refresh(trust, base, fetcher);
    return { candidates: candidatesOf(targets, hardware), root: await trustedRootVersion(trust.folder) };
  } catch (error) {
    signal.throwIfAborted();
    const { failure } = fetcher;
    if (failure instanceof TooLong) return { refused: refuse('oversize', failure.message) };
    if (failure !== undefined) return { refused: refuse('download-failed', failure.message) };
    if ((error as NodeJS.ErrnoException).code !== undefined) throw error;
    return { refused: refuseMetadata(error) };
  }
}

async function refresh(trust: TrustFolder, base: string, fetcher: Fetcher): Promise<Metadata<Targets>> {
  const updater = new Updater({
    metadataDir: trust.folder,
    metadataBaseUrl: deviceUrl(base, 'trust/metadata').href,
    fetcher,
    config: LIMITS,
  });
  tellTime(updater, trust.clock.now());
  await updater.refresh();
  const { trustedSet } = updater as unknown as { trustedSet: { targets: Metadata<Targets> } };
  return trustedSet.targets;
}

function candidatesOf({ signed }: Metadata<Targets>, hardware: string | undefined): Candidate[] {
  return Object.values(signed.targets).flatMap((target) => {
    const facts = signedFacts(target);
    if ('refused' in facts) return [];
    const { custom } = facts;
    const fits = custom.recovery === true && (hardware === undefined || custom.hardware === hardware);
    return fits ? [{ target: target.path, signed: facts }] : [];
  });
}

/** Metadata that was brought here whole, by name. */
class KeptFiles extends BaseFetcher {
  readonly #files: ReadonlyMap<string, Buffer>;
  failure: Error | undefined;

  constructor(files: ReadonlyMap<string, Buffer>) {
    super();
    this.#files = files;
  }

  override async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    this.failure = undefined;
    const bytes = this.#files.get(url.slice(url.lastIndexOf('/') + 1));
    if (bytes !== undefined && bytes.length <= maxLength) return bytes;
    this.failure =
      bytes === undefined ? new DownloadHTTPError(`${url} was not brought`, 404) : new TooLong(maxLength);
    throw this.failure;
  }

  override fetch(): Promise<never> {
    return Promise.reject(new Error('metadata only'));
  }
}
