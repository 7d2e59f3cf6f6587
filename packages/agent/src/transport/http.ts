/** The device protocol over HTTP. */
import { DEVICE_BODY_LIMIT, type DeviceVerb } from '@tuesday/protocol';
import { deviceUrl } from './device-url.ts';
import { openExchange, readBody } from './exchange.ts';
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
  readonly up = true;
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

/**
 * @throws Error when no answer came, or one that is too long
 */
export async function postJson(
  url: URL,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<Omit<Answer, 'transport'>> {
  const response = await openExchange(url, { method: 'POST', headers, body, signal });
  const bytes = await readBody(response, DEVICE_BODY_LIMIT);
  const after = retryAfter(response.headers['retry-after']);
  return {
    status: response.statusCode ?? 0,
    body: parsed(bytes),
    ...(after === undefined ? {} : { retryAfterSeconds: after }),
  };
}

/** Whoever can answer for the server may delay the device for so long. */
const LONGEST_WAIT = 86_400;

/** Seconds only: a date would be the server's clock against the device's. */
function retryAfter(value: string | undefined): number | undefined {
  return /^\d{1,9}$/.test(value ?? '') ? Math.min(Number(value), LONGEST_WAIT) : undefined;
}

/** What is not JSON comes from something between us and the server; it says nothing. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
