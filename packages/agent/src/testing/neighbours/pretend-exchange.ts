/** HTTP without a network: what a server has, or what a neighbour answers. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import type { Answers, Reply } from '../../relay/lan/answers.ts';
import { readRange } from '../../relay/lan/range.ts';
import type { openExchange } from '../../transport/exchange.ts';

/** Characters of a chunk of an artifact. */
const CHUNK = 700;

/**
 * @param files by path behind `/device/v1/`
 * @param pause between two chunks of an artifact
 */
export function exchangeOf(
  files: ReadonlyMap<string, Buffer>,
  pause: () => Promise<void>,
): typeof openExchange {
  return async (url, { headers = {} }) => {
    const bytes = files.get(url.pathname.slice('/device/v1/'.length));
    if (bytes === undefined) return message(Readable.from([]), 404, {});
    const etag = `"${bytes.length}"`;
    const range = readRange(textual(headers), bytes.length, etag);
    if (range === 'unsatisfiable') return message(Readable.from([]), 416, {});
    const part = bytes.subarray(range.from, range.from + range.length);
    const content = `bytes ${range.from}-${bytes.length - 1}/${bytes.length}`;
    const more = range.isPart ? { 'content-range': content } : {};
    const body = url.pathname.includes('/targets/')
      ? Readable.from(slowly(part, pause))
      : Readable.from([part]);
    return message(body, range.isPart ? 206 : 200, { etag, ...more });
  };
}

async function* slowly(bytes: Buffer, pause: () => Promise<void>): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK) {
    yield bytes.subarray(at, at + CHUNK);
    await pause();
  }
}

/** @param onBytes hears what leaves the neighbour, as it leaves */

/** What leaves a neighbour for an address, the head that it said before it, and where in the body it stands. */
export type OnBytes = (url: URL, headers: IncomingHttpHeaders, bytes: Uint8Array, at: number) => void;

export function exchangeOver(answers: Pick<Answers, 'answer'>, onBytes?: OnBytes): typeof openExchange {
  return (url, { method = 'GET', headers = {} }) =>
    new Promise((resolve, reject) => {
      const reply = new PretendReply(resolve, (...heard) => onBytes?.(url, ...heard));
      const asked = { method, url: url.pathname, headers: textual(headers) };
      answers.answer({ ...asked, socket: { remoteAddress: 'neighbour' } }, reply).catch((error: unknown) => {
        reply.break(error as Error);
        reject(error);
      });
    });
}

/** A server's response whose other end is the client's message. */
class PretendReply implements Reply {
  readonly #body = new PassThrough();
  readonly #onHead: (message: IncomingMessage) => void;
  readonly #onBytes: (headers: IncomingHttpHeaders, bytes: Uint8Array, at: number) => void;
  #headers: IncomingHttpHeaders = {};
  #length = 0;

  constructor(
    onHead: (message: IncomingMessage) => void,
    onBytes: (headers: IncomingHttpHeaders, bytes: Uint8Array, at: number) => void,
  ) {
    this.#onHead = onHead;
    this.#onBytes = onBytes;
    // Whoever reads it hears of a fault; perhaps nobody does.
    this.#body.on('error', () => undefined);
  }

  get destroyed(): boolean {
    return this.#body.destroyed;
  }

  once(event: 'drain' | 'close', listener: () => void): void {
    this.#body.once(event, listener);
  }

  off(event: 'drain' | 'close', listener: () => void): void {
    this.#body.off(event, listener);
  }

  writeHead(status: number, headers: Record<string, string | number> = {}): this {
    this.#headers = textual(headers);
    this.#onHead(message(this.#body, status, this.#headers));
    return this;
  }

  write(bytes: Uint8Array): boolean {
    this.#onBytes(this.#headers, bytes, this.#length);
    this.#length += bytes.length;
    return this.#body.write(bytes);
  }

  end(bytes?: Uint8Array | string): void {
    if (bytes !== undefined) this.write(Buffer.from(bytes as string));
    this.#body.end();
  }

  break(error: Error): void {
    this.#body.destroy(error);
  }
}

function message(body: Readable, statusCode: number, headers: IncomingHttpHeaders): IncomingMessage {
  return Object.assign(body, { statusCode, headers }) as unknown as IncomingMessage;
}

function textual(headers: Record<string, string | number>): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
