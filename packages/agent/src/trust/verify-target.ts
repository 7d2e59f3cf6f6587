/** Signed facts of a target, from TUF metadata that leads back to a pinned root. */
import { type OrRefused, refuse, sha256Schema, targetCustomSchema } from '@tuesday/protocol';
import type { TargetFile } from 'tuf-js';
import type { SignedTarget } from '../core/journal.ts';
import { deviceUrl } from '../transport/device-url.ts';
import { MetadataFetcher } from './metadata-fetcher.ts';
import type { TrustFolder } from './trust-folder.ts';
import { refuseMetadata } from './tuf-refusal.ts';

export interface Verified {
  readonly signed: SignedTarget;
  /** Version of the root that is trusted now. */
  readonly root: number;
}

export class TargetVerifier {
  readonly #server: string;
  readonly #trust: TrustFolder;
  readonly #token: string | undefined;

  /**
   * @param server its address, or that of a fleet on it
   * @param token of the device: a fleet of an organisation may show its metadata to its own devices only
   */
  constructor(server: string, trust: TrustFolder, token?: string) {
    this.#server = server;
    this.#trust = trust;
    this.#token = token;
  }

  /**
   * @returns refused with the codes of the verification, or `download-failed` when the server cannot be
   *   reached or does not have what it announced
   * @throws the signal's reason when it is aborted; what the file system throws
   */
  async verify(target: string, signal: AbortSignal): Promise<OrRefused<Verified>> {
    const fetcher = new MetadataFetcher(signal, { token: this.#token });
    try {
      const { found, root } = await this.#lookUp(target, fetcher);
      if (found === undefined) return { refused: refuse('unknown-target', `${target} is not signed.`) };
      const signed = signedFacts(found);
      return 'refused' in signed ? signed : { signed, root };
    } catch (error) {
      signal.throwIfAborted();
      if ((error as NodeJS.ErrnoException).code !== undefined && fetcher.failure === undefined) throw error;
      if (fetcher.oversize) return { refused: refuse('oversize', (error as Error).message) };
      if (fetcher.failure !== undefined)
        return { refused: refuse('download-failed', fetcher.failure.message) };
      return { refused: refuseMetadata(error) };
    }
  }

  #lookUp(target: string, fetcher: MetadataFetcher) {
    const baseUrl = deviceUrl(this.#server, 'trust/metadata').href;
    return this.#trust.look({ baseUrl, fetcher }, async (updater) => {
      await updater.refresh();
      // From here on nothing is fetched, so what fails is the metadata.
      fetcher.failure = undefined;
      return { found: await updater.getTargetInfo(target), root: updater.trustedSet.root.signed.version };
    });
  }
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
