import { BaseFetcher } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import { openExchange, readBody, TooLong } from '../transport/exchange.ts';

/** Real milliseconds that one metadata file may take. */
const FILE_LIMIT = 30_000;

export interface FetcherOptions {
  /** Of the device, where the server wants to know who asks. */
  readonly token?: string | undefined;
  /** Over the network by default. */
  readonly exchange?: typeof openExchange | undefined;
}

/**
 * Fetches metadata for tuf-js over the connections that the process shares. It remembers what went wrong,
 * because tuf-js passes causes on as text only.
 */
export class MetadataFetcher extends BaseFetcher {
  readonly #signal: AbortSignal;
  readonly #headers: Record<string, string>;
  readonly #exchange: typeof openExchange;
  /** What ended the last fetch, if anything did. */
  failure: Error | undefined;

  constructor(signal: AbortSignal, { token, exchange = openExchange }: FetcherOptions = {}) {
    super();
    this.#signal = signal;
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    this.#exchange = exchange;
  }

  override async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    this.failure = undefined;
    try {
      const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(FILE_LIMIT)]);
      const response = await this.#exchange(new URL(url), { headers: this.#headers, signal });
      const status = response.statusCode ?? 0;
      const isPage = /^text\/html\b/i.test(response.headers['content-type'] ?? '');
      if (status === 200 && !isPage) return await readBody(response, maxLength);
      response.resume();
      // A portal that stands in for the server; the server is away.
      if (status === 200) throw new Error('the server answered with a web page');
      // tuf-js knows the end of the chain of roots by this class.
      throw new DownloadHTTPError(`the server answered ${status}`, status);
    } catch (error) {
      this.failure = error as Error;
      throw error;
    }
  }

  get oversize(): boolean {
    return this.failure instanceof TooLong;
  }

  /** Targets are fetched by the resumable download, never through tuf-js. */
  override fetch(): Promise<never> {
    return Promise.reject(new Error('metadata only'));
  }
}
