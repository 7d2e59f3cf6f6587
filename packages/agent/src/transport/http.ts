/** The device protocol over HTTP. */
import type { IncomingHttpHeaders } from 'node:http';
import { DEVICE_BODY_LIMIT, type DeviceVerb } from '@tuesday/protocol';
import { deviceUrl } from './device-url.ts';
import { openExchange, readBody } from './exchange.ts';
import { retryAfterMillis } from './retry-after.ts';
import type { Answer, Transport } from './transport.ts';

/** Real milliseconds from sending to the end of the answer. */
const ANSWER_LIMIT = 30_000;

export interface HttpTransportOptions {
  /** Address of the server, or of a fleet on it. */
  readonly server: string;
  readonly token: string;
}

export class HttpTransport implements Transport {
  readonly name = 'http';
  /** There is no connection to lose: each request makes one if it must. */
  readonly upSince = 0;
  readonly #urls: Record<DeviceVerb, URL>;
  readonly #headers: Record<string, string>;
  readonly #closing = new AbortController();
  /** A device that has nothing new to say says the same object again. */
  #last: { readonly body: object; readonly text: string } | undefined;

  constructor({ server, token }: HttpTransportOptions) {
    const url = (verb: DeviceVerb) => deviceUrl(server, verb);
    this.#urls = { 'check-in': url('check-in'), progress: url('progress'), outcomes: url('outcomes') };
    this.#headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  }

  async request(verb: DeviceVerb, body: object): Promise<Answer> {
    return {
      ...(await postJson(this.#urls[verb], this.#headers, this.#encode(body), this.#signal())),
      transport: this.name,
    };
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the agent stops'));
  }

  #signal(): AbortSignal {
    return AbortSignal.any([this.#closing.signal, AbortSignal.timeout(ANSWER_LIMIT)]);
  }

  #encode(body: object): string {
    if (this.#last?.body !== body) this.#last = { body, text: JSON.stringify(body) };
    return this.#last.text;
  }
}

export interface Posted {
  readonly status: number;
  readonly body: unknown;
  /** The server sheds load. */
  readonly retryAfterMillis?: number | undefined;
}

/** Statuses of somebody who sheds load; a balancer in front of the server may say so in HTML. */
const SHED = new Set([429, 503]);

/**
 * @throws Error when no answer came, one that is too long, or one that is not the server's: a captive portal, a
 *   proxy's page, an address that has moved
 */
export async function postJson(
  url: URL,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<Posted> {
  const response = await openExchange(url, { method: 'POST', headers, body, signal });
  const bytes = await readBody(response, DEVICE_BODY_LIMIT);
  const status = response.statusCode ?? 0;
  const answer = parsed(bytes);
  if (SHED.has(status)) return { status, body: answer, retryAfterMillis: retryAfterMillis(response.headers) };
  if (typeof answer === 'object' && answer !== null) return { status, body: answer };
  throw new Error(
    `${url.host} did not answer as the server does, but ${strangeWords(status, response.headers)}`,
  );
}

function strangeWords(status: number, headers: IncomingHttpHeaders): string {
  const { location, 'content-type': type = 'nothing' } = headers;
  if (status >= 300 && status < 400 && location !== undefined)
    return `sent the device to ${location.slice(0, 200)} (status ${status}), where it does not go`;
  return `with status ${status} and ${type.slice(0, 80)}; is there a portal or proxy in between?`;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
