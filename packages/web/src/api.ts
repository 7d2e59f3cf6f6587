/** The operator API as the console uses it: typed by the protocol's route table, spoken with `fetch`. */
import type { Refusal, RouteAnswer, RouteBody, RouteParams, RouteQuery } from '@tuesday/protocol';
import { type Known, TABLE } from './api-table.ts';
import { addressed } from './route.ts';

export interface CallOf<N extends Known> {
  params?: RouteParams<N>;
  query?: RouteQuery<N>;
  body?: RouteBody<N>;
  signal?: AbortSignal;
}

/** The server said no; `refusal` is its own, word for word. */
export class Refused extends Error {
  readonly refusal: Refusal;
  /** Seconds after which it may be tried again, where the server says so. */
  readonly wait: number | undefined;
  constructor(refusal: Refusal, wait?: number) {
    super(refusal.because);
    this.name = 'Refused';
    this.refusal = refusal;
    this.wait = wait;
  }
}

/** Nobody answered, or somebody who is not Tuesday. */
export class Unreachable extends Error {}

/** Heard by the page when a session has ended, and when somebody has signed in again. */
export const SIGNED_OUT = 'tuesday-signed-out';
export const SIGNED_IN = 'tuesday-signed-in';

/** Real milliseconds after which an answer is not waited for any more. */
const ANSWER_WITHIN = 20_000;
const SIGNING_IN: ReadonlySet<Known> = new Set(['signIn', 'passkeySignIn', 'passwordSignIn', 'signOut']);

export function pathOf<N extends Known>(name: N, params?: RouteParams<N>, query?: RouteQuery<N>): string {
  const given = (params ?? {}) as Readonly<Record<string, string>>;
  const path = addressed(
    TABLE[name][1].replaceAll(/:([a-z]+)/g, (_, key: string) => encodeURIComponent(given[key] ?? '')),
  );
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries((query ?? {}) as Readonly<Record<string, unknown>>)) {
    if (value !== undefined && value !== '') search.set(key, String(value));
  }
  return search.size > 0 ? `${path}?${search.toString()}` : path;
}

/**
 * @throws Refused     when the server says no
 * @throws Unreachable when there is no answer of Tuesday's
 */
export async function call<N extends Known>(
  name: N,
  { params, query, body, signal = AbortSignal.timeout(ANSWER_WITHIN) }: CallOf<N> = {},
) {
  const init: RequestInit = { method: TABLE[name][0], credentials: 'same-origin', signal };
  if (body !== undefined) {
    init.headers = { 'content-type': 'application/json' };
    init.body = JSON.stringify(body);
  }
  const { ok, status, answer, wait } = await answerTo(pathOf(name, params, query), init);
  if (ok) return answer as RouteAnswer<N>;
  const refusal = refusalIn(answer);
  if (!refusal) throw new Unreachable(`the server answered ${status}`);
  const refused = new Refused(refusal, wait);
  if (isSignedOut(refused) && !SIGNING_IN.has(name)) dispatchEvent(new Event(SIGNED_OUT));
  throw refused;
}

async function answerTo(path: string, init: RequestInit) {
  try {
    const response = await fetch(path, init);
    const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
    return {
      ok: response.ok,
      status: response.status,
      answer: (await response.json()) as unknown,
      wait: Number.isFinite(wait) ? wait : undefined,
    };
  } catch (cause) {
    throw new Unreachable('the server does not answer', { cause });
  }
}

/** @returns undefined for answers that are not Tuesday's, such as a proxy's error page */
export function refusalIn(answer: unknown): Refusal | undefined {
  const refused = (answer as { refused?: Partial<Refusal> } | null)?.refused;
  return typeof refused?.code === 'string' && typeof refused.because === 'string'
    ? (refused as Refusal)
    : undefined;
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof Refused && error.refusal.code === 'unauthenticated';
}
