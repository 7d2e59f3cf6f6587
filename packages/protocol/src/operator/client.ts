/**
 * A typed client of the operator API, derived from the route table. `fetch` is handed in, so the CLI, the
 * console and tests use the same one.
 */
import { type Refusal, refusedSchema } from '../refusals.ts';
import {
  type RouteAnswer,
  type RouteBody,
  type RouteName,
  type RouteParams,
  type RouteQuery,
  routes,
} from './routes.ts';

export interface Call<N extends RouteName> {
  params?: RouteParams<N>;
  query?: RouteQuery<N>;
  body?: RouteBody<N>;
}

export type OperatorFetch = (url: string, init: RequestInit) => Promise<Response>;

/** A refusal that came over HTTP; `refusal` is the server's, word for word. */
export class RefusedByServer extends Error {
  readonly status: number;
  readonly refusal: Refusal;
  constructor(status: number, refusal: Refusal) {
    super(refusal.because);
    this.name = 'RefusedByServer';
    this.status = status;
    this.refusal = refusal;
  }
}

export interface OperatorClient {
  /**
   * @throws RefusedByServer when the server says no
   * @throws Error when the answer is not Tuesday's, with the status
   */
  call<N extends RouteName>(name: N, call?: Call<N>): Promise<RouteAnswer<N>>;
  /** Address of a route, for event streams and links. */
  url<N extends RouteName>(name: N, call?: Call<N>): string;
}

/**
 * @param base  origin without a trailing slash; empty for same-origin
 * @param token operator token; leave out where a session cookie does it
 */
export function operatorClient(
  base: string,
  token: string | undefined,
  doFetch: OperatorFetch,
): OperatorClient {
  const url = <N extends RouteName>(name: N, call: Call<N> = {}): string => {
    const path = fillPath(routes[name].path, call.params ?? {});
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries((call.query ?? {}) as Record<string, unknown>)) {
      if (value !== undefined) query.set(key, String(value));
    }
    return `${base}${path}${query.size > 0 ? `?${query.toString()}` : ''}`;
  };
  return {
    url,
    async call(name, call = {}) {
      const headers: Record<string, string> = {};
      if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
      const init: RequestInit = { method: routes[name].method, headers };
      if (call.body instanceof Uint8Array) {
        headers['content-type'] = 'application/octet-stream';
        init.body = call.body as Uint8Array<ArrayBuffer>;
      } else if (call.body !== undefined) {
        headers['content-type'] = 'application/json';
        // What is signed goes out as it was signed.
        init.body = typeof call.body === 'string' ? call.body : JSON.stringify(call.body);
      }
      const response = await doFetch(url(name, call), init);
      const text = await response.text();
      if (response.ok) return JSON.parse(text) as never;
      throw toError(response.status, text);
    },
  };
}

function fillPath(path: string, params: Record<string, string>): string {
  return path.replaceAll(/:([a-z]+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new TypeError(`path ${path} wants ${name}`);
    return encodeURIComponent(value);
  });
}

/** What an answer that is not ok means: the refusal in it, or its status. */
export function toError(status: number, text: string): Error {
  try {
    const parsed = refusedSchema.safeParse(JSON.parse(text));
    if (parsed.success) return new RefusedByServer(status, parsed.data.refused);
  } catch {
    // Not JSON: some proxy answered. Fall through to the plain error.
  }
  return new Error(`the server answered ${status}`);
}
