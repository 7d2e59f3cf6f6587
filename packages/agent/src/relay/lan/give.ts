/**
 * Gives metadata and artifacts to neighbours over HTTP, in the layout of the server's device API, so that a receiver
 * needs nothing but another address. GET and HEAD with one range; nothing else is understood.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, sha256Schema } from '@tuesday/protocol';
import { type Disk, realDisk } from '../../storage/disk.ts';
import type { NotNow, Place, RelayBudget } from '../budget.ts';
import type { Holdings } from '../holdings.ts';
import { type ByteRange, readRange } from './range.ts';

export interface GiveOptions {
  readonly holdings: Pick<Holdings, 'artifact' | 'metadata'>;
  readonly budget: RelayBudget;
  /** Somebody wants what is not here. @returns when to ask again, if it is being fetched */
  readonly carry: (sha256: string) => NotNow | undefined;
  /** Real time: the network is not accelerated. */
  readonly clock: Clock;
  readonly disk?: Disk;
  readonly log: (event: string, facts: object) => void;
}

const BASE = '/device/v1/trust/';
/** Real milliseconds that a neighbour may take to ask, and to take a piece. */
const PATIENCE = 20_000;

export class LanGiver {
  readonly #options: GiveOptions;
  readonly #server: Server;
  readonly #stopping = new AbortController();

  constructor(options: GiveOptions) {
    this.#options = options;
    this.#server = createServer(
      { requestTimeout: PATIENCE, headersTimeout: PATIENCE },
      (request, response) => {
        this.#answer(request, response).catch((error: unknown) => {
          options.log('relay-broke-off', { because: (error as Error).message });
          response.destroy();
        });
      },
    );
    this.#server.maxConnections = 32;
    this.#server.setTimeout(PATIENCE, (socket) => socket.destroy());
  }

  /** @returns the port */
  async start(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the agent stops'));
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '' } = request;
    if (method !== 'GET' && method !== 'HEAD') return void response.writeHead(405).end();
    if (url.startsWith(`${BASE}metadata/`)) {
      return this.#metadata(request, response, url.slice(BASE.length + 'metadata/'.length));
    }
    const sha256 = sha256Schema.safeParse(/^.*\/([0-9a-f]{64})\.[^/]{1,128}$/.exec(url)?.[1]);
    if (!url.startsWith(`${BASE}targets/`) || !sha256.success) return void response.writeHead(404).end();
    return this.#artifact(request, response, sha256.data);
  }

  async #metadata(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const bytes = await this.#options.holdings.metadata(name);
    if (bytes === undefined) return void response.writeHead(404).end();
    const notNow = await this.#options.budget.mayGive(bytes.length);
    if (notNow !== undefined) return sayNotNow(response, notNow);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
    if (request.method === 'HEAD') return void response.end();
    await this.#sleep(this.#options.budget.spend(bytes.length));
    response.end(bytes);
  }

  async #artifact(request: IncomingMessage, response: ServerResponse, sha256: string): Promise<void> {
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
    await this.#send(response, content.path, range, place);
    log('relayed', { neighbour: host, bytes: range.length, sha256 });
  }

  async #send(response: ServerResponse, path: string, range: ByteRange, place: Place): Promise<void> {
    const disk = this.#options.disk ?? realDisk;
    const { pieceBytes } = this.#options.budget;
    const end = range.from + range.length;
    for (let at = range.from; at < end;) {
      const piece = await disk.readPart(path, at, Math.min(pieceBytes, end - at));
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

function drained(response: ServerResponse): Promise<void> {
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
function sayNotNow(response: ServerResponse, { refused, afterSeconds }: NotNow): void {
  const body = JSON.stringify({ refused });
  response
    .writeHead(afterSeconds > 3_600 ? 429 : 503, {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'retry-after': String(afterSeconds),
    })
    .end(body);
}
