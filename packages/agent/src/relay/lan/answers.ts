/**
 * What a neighbour is answered: metadata and artifacts in the layout of the server's device API, so that a receiver
 * needs nothing but another address. GET and HEAD with one range; nothing else is understood.
 */
import type { IncomingMessage } from 'node:http';
import { type Clock, sha256Schema } from '@tuesday/protocol';
import type { NotNow, Place, RelayBudget } from '../budget.ts';
import type { SlotContent } from '../../slots/slot-port.ts';
import type { Holdings } from '../holdings.ts';
import { type ByteRange, readRange } from './range.ts';

export interface AnswersOptions {
  readonly holdings: Pick<Holdings, 'artifact' | 'read'> & {
    readonly metadata: Pick<Holdings['metadata'], 'file'>;
  };
  readonly budget: RelayBudget;
  /** Somebody wants what is not here. @returns when to ask again, if it is being fetched */
  readonly carry: (sha256: string) => NotNow | undefined;
  /** Real time: the network is not accelerated. */
  readonly clock: Clock;
  readonly log: (event: string, facts: object) => void;
}

/** What is read of a request, and done with its response. */
export type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'> & {
  readonly socket: { readonly remoteAddress?: string | undefined };
};
export interface Reply {
  readonly destroyed: boolean;
  once(event: 'drain' | 'close', listener: () => void): unknown;
  off(event: 'drain' | 'close', listener: () => void): unknown;
  writeHead(status: number, headers?: Record<string, string | number>): Reply;
  write(bytes: Uint8Array): boolean;
  end(bytes?: Uint8Array | string): unknown;
}

const BASE = '/device/v1/trust/';

export class Answers {
  readonly #options: AnswersOptions;
  readonly #stopping = new AbortController();

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  /** Ends what is being given. */
  stop(): void {
    this.#stopping.abort(new Error('the agent stops'));
  }

  /** @throws Error when the neighbour went away, or what was being given is no longer here */
  async answer(request: Asked, response: Reply): Promise<void> {
    const { method, url = '' } = request;
    if (method !== 'GET' && method !== 'HEAD') return void response.writeHead(405).end();
    if (url.startsWith(`${BASE}metadata/`)) {
      return this.#metadata(request, response, url.slice(BASE.length + 'metadata/'.length));
    }
    const sha256 = sha256Schema.safeParse(/^.*\/([0-9a-f]{64})\.[^/]{1,128}$/.exec(url)?.[1]);
    if (!url.startsWith(`${BASE}targets/`) || !sha256.success) return void response.writeHead(404).end();
    return this.#artifact(request, response, sha256.data);
  }

  async #metadata(request: Asked, response: Reply, name: string): Promise<void> {
    const bytes = await this.#options.holdings.metadata.file(name);
    if (bytes === undefined) return void response.writeHead(404).end();
    const head = { 'content-type': 'application/json', 'content-length': bytes.length };
    if (request.method === 'HEAD') return void response.writeHead(200, head).end();
    const wait = await this.#options.budget.take(bytes.length);
    if (typeof wait !== 'number') return sayNotNow(response, wait);
    await this.#sleep(wait);
    response.writeHead(200, head).end(bytes);
  }

  async #artifact(request: Asked, response: Reply, sha256: string): Promise<void> {
    const { holdings, budget, log } = this.#options;
    const content = await holdings.artifact(sha256);
    if (content === undefined) {
      const notNow = this.#options.carry(sha256);
      return notNow === undefined ? void response.writeHead(404).end() : sayNotNow(response, notNow);
    }
    const etag = `"${sha256}"`;
    const range = readRange(request.headers, content.length, etag);
    if (range === 'unsatisfiable') {
      return void response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    }
    const host = request.socket.remoteAddress ?? 'unknown';
    const place = await budget.takePlace(host, range.length);
    if ('refused' in place) {
      log('relay-refused', { neighbour: host, because: place.refused.because });
      return sayNotNow(response, place);
    }
    using _ = place;
    response.writeHead(range.isPart ? 206 : 200, {
      'content-type': 'application/octet-stream',
      'content-length': range.length,
      'accept-ranges': 'bytes',
      etag,
      ...(range.isPart
        ? { 'content-range': `bytes ${range.from}-${range.from + range.length - 1}/${content.length}` }
        : {}),
    });
    if (request.method === 'HEAD') return void response.end();
    await this.#send(response, content, range, place);
    log('relayed', { neighbour: host, bytes: range.length, sha256 });
  }

  async #send(response: Reply, content: SlotContent, range: ByteRange, place: Place): Promise<void> {
    const { holdings, budget } = this.#options;
    const end = range.from + range.length;
    for (let at = range.from; at < end;) {
      const piece = await holdings.read(content, at, Math.min(budget.pieceBytes, end - at));
      if (piece.length === 0) throw new Error('the slot has changed');
      await this.#sleep(place.pace(piece.length));
      if (response.destroyed) throw new Error('the neighbour went away');
      if (!response.write(piece)) await drained(response);
      at += piece.length;
    }
    response.end();
  }

  async #sleep(millis: number): Promise<void> {
    if (millis > 0) await this.#options.clock.sleep(millis, this.#stopping.signal);
  }
}

function drained(response: Reply): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}

/** 429 for a budget that is used up, 503 for what passes sooner. */
function sayNotNow(response: Reply, { refused, afterSeconds }: NotNow): void {
  const body = JSON.stringify({ refused });
  response
    .writeHead(afterSeconds > 3_600 ? 429 : 503, {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'retry-after': String(afterSeconds),
    })
    .end(body);
}
