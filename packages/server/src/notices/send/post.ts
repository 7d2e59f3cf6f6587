/** One HTTP request to a service: no redirects, a time limit, and no more of the answer than a sentence. */
import { wallClock } from '@tuesday/protocol';
import { SendFailure } from './failure.ts';

export interface Post {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Bytes of an answer that are read; it is only for people. */
const ANSWER_LIMIT = 2_048;
const LONGEST_RETRY_AFTER = 3_600;

/**
 * @param signal ends it at the time limit
 * @throws SendFailure when no 2xx came; final for a redirect and for 4xx but 408 and 429
 */
export async function post({ url, headers = {}, body }: Post, signal: AbortSignal): Promise<void> {
  const problem = addressProblem(url);
  if (problem !== undefined) throw new SendFailure(problem, { final: true });
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'user-agent': 'Tuesday', ...headers },
      redirect: 'manual',
      signal,
    });
  } catch (cause) {
    throw new SendFailure(signal.aborted ? 'no answer within the time limit' : networkWords(cause));
  }
  const said = await beginningOf(response).catch(() => '');
  if (response.ok) return;
  const { status } = response;
  const final = status < 500 && status !== 408 && status !== 429;
  const retryAfterSeconds = final ? undefined : retryAfter(response.headers.get('retry-after'));
  const words = status >= 300 && status < 400 ? 'a redirect, which is not followed' : said;
  throw new SendFailure(`answered ${status}${words === '' ? '' : `: ${words}`}`, {
    final,
    retryAfterSeconds,
  });
}

/** @returns why nothing is sent there, or undefined */
export function addressProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return 'not an address';
  if (url.username !== '' || url.password !== '') return 'an address must not hold a user or a password';
  if (url.protocol === 'https:') return undefined;
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  return url.protocol === 'http:' && isLoopback ? undefined : 'must begin with https://';
}

async function beginningOf(response: Response): Promise<string> {
  if (!response.body) return '';
  let text = '';
  const decoder = new TextDecoder();
  // Leaving the loop ends the transfer.
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk.subarray(0, ANSWER_LIMIT), { stream: true });
    if (text.length >= ANSWER_LIMIT) break;
  }
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}

/** RFC 9110, section 10.2.3: seconds, or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d{1,9}$/.test(header)
    ? Number(header)
    : (Date.parse(header) - wallClock().now()) / 1_000;
  return seconds > 0 ? Math.min(LONGEST_RETRY_AFTER, seconds) : undefined;
}

function networkWords(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  return `not reached: ${cause?.code ?? cause?.message ?? (error as Error).message}`;
}
