/**
 * One HTTP exchange over connections that are kept open and shared by everything in the process.
 * Time-outs here are real milliseconds: an accelerated clock does not accelerate the network.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import { agentFor } from './connections.ts';
import { networkWords } from './network-words.ts';

/** Silence of the peer that ends an exchange, real milliseconds. */
const SILENCE_LIMIT = 20_000;

export interface Exchange {
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly headers?: Record<string, string | number>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The answer as soon as its head is here. Whoever takes it must read or destroy its body. Redirects are answers
 * like others: nobody is followed, because what a request carries is meant for the server that was configured.
 *
 * @throws Error when there is no answer: refused, reset, silent or aborted
 */
export function openExchange(url: URL, exchange: Exchange): Promise<http.IncomingMessage> {
  const secure = url.protocol === 'https:';
  const { method = 'GET', headers = {}, body, signal } = exchange;
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new Error(networkWords(error), { cause: error }));
    const options: http.RequestOptions = {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) },
      agent: agentFor(url),
      timeout: SILENCE_LIMIT,
      ...(signal === undefined ? {} : { signal }),
    };
    const request = secure ? https.request(url, options) : http.request(url, options);
    request.once('timeout', () => request.destroy(new Error(`no answer for ${SILENCE_LIMIT / 1_000} s`)));
    request.once('error', (error) => (signal?.aborted === true ? reject(error) : fail(error)));
    request.once('response', resolve);
    request.end(body);
  });
}

/** More bytes came than were allowed. */
export class TooLong extends Error {
  constructor(limit: number) {
    super(`more than ${limit} bytes came`);
    this.name = 'TooLong';
  }
}

/**
 * The whole body; ends the exchange at the first byte over the limit.
 *
 * @throws TooLong
 * @throws Error when the body breaks off
 */
export async function readBody(response: http.IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) {
      response.destroy();
      throw new TooLong(limit);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
