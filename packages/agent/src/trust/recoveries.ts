/**
 * The recovery releases that verified metadata lists. The metadata may come from anybody: the server, a
 * neighbour, a radio. It is verified against the device's own trust folder, so what is older than what was seen
 * is refused, whoever brings it.
 */
import { type OrRefused, refuse } from '@tuesday/protocol';
import type { Metadata, Targets } from '@tufjs/models';
import { BaseFetcher } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import type { Candidate } from '../core/types.ts';
import { deviceUrl } from '../transport/device-url.ts';
import { TooLong } from '../transport/exchange.ts';
import { type FetcherOptions, MetadataFetcher } from './metadata-fetcher.ts';
import type { TrustFolder } from './trust-folder.ts';
import { refuseMetadata } from './tuf-refusal.ts';
import { signedFacts } from './verify-target.ts';

/** Where metadata is fetched from: an address that has the layout of the server's, or files in memory. */
export type MetadataOrigin =
  | ({ readonly server: string } & FetcherOptions)
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
  const fetcher = 'files' in origin ? new KeptFiles(origin.files) : new MetadataFetcher(signal, origin);
  const base = 'files' in origin ? 'http://relay.invalid' : origin.server;
  const baseUrl = deviceUrl(base, 'trust/metadata').href;
  try {
    return await trust.look({ baseUrl, fetcher }, async (updater) => {
      await updater.refresh();
      const { root, targets } = updater.trustedSet;
      return { candidates: targets ? candidatesOf(targets, hardware) : [], root: root.signed.version };
    });
  } catch (error) {
    signal.throwIfAborted();
    const { failure } = fetcher;
    if (failure instanceof TooLong) return { refused: refuse('oversize', failure.message) };
    if (failure !== undefined) return { refused: refuse('download-failed', failure.message) };
    if ((error as NodeJS.ErrnoException).code !== undefined) throw error;
    return { refused: refuseMetadata(error) };
  }
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
