/**
 * The operator API as the console uses it. Methods, paths and shapes are the types of the protocol's route
 * table, so a route that moves does not compile; the schemas themselves stay out of the bundle.
 */
import type { Refusal, RouteAnswer, RouteBody, RouteName, routes } from '@tuesday/protocol';

type Known =
  | 'status'
  | 'signIn'
  | 'signOut'
  | 'viewFleet'
  | 'viewPolicy'
  | 'listRollouts'
  | 'viewRollout'
  | 'watchRollout'
  | 'pauseRollout'
  | 'resumeRollout'
  | 'haltRollout'
  | 'recallRollout';

type Table = { readonly [N in Known]: readonly [(typeof routes)[N]['method'], (typeof routes)[N]['path']] };

const TABLE: Table = {
  status: ['GET', '/v1/status'],
  signIn: ['POST', '/v1/session'],
  signOut: ['DELETE', '/v1/session'],
  viewFleet: ['GET', '/v1/fleet'],
  viewPolicy: ['GET', '/v1/policy'],
  listRollouts: ['GET', '/v1/rollouts'],
  viewRollout: ['GET', '/v1/rollouts/:rollout'],
  watchRollout: ['GET', '/v1/rollouts/:rollout/live'],
  pauseRollout: ['POST', '/v1/rollouts/:rollout/pause'],
  resumeRollout: ['POST', '/v1/rollouts/:rollout/resume'],
  haltRollout: ['POST', '/v1/rollouts/:rollout/halt'],
  recallRollout: ['POST', '/v1/rollouts/:rollout/recall'],
};

export interface CallOf<N extends RouteName> {
  rollout?: string;
  body?: RouteBody<N>;
  signal?: AbortSignal;
}

/** The server said no; `refusal` is its own, word for word. */
export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.because);
    this.name = 'Refused';
    this.refusal = refusal;
  }
}

/** Nobody answered, or somebody who is not Tuesday. */
export class Unreachable extends Error {}

export function pathOf(name: Known, rollout?: string): string {
  return TABLE[name][1].replace(':rollout', encodeURIComponent(rollout ?? ''));
}

/**
 * @throws Refused     when the server says no
 * @throws Unreachable when there is no answer of Tuesday's
 */
export async function call<N extends Known>(name: N, { rollout, body, signal }: CallOf<N> = {}) {
  const init: RequestInit = { method: TABLE[name][0], credentials: 'same-origin' };
  if (signal) init.signal = signal;
  if (body !== undefined) {
    init.headers = { 'content-type': 'application/json' };
    init.body = JSON.stringify(body);
  }
  const { ok, status, answer } = await answerTo(pathOf(name, rollout), init);
  if (ok) return answer as RouteAnswer<N>;
  const refusal = refusalIn(answer);
  if (refusal) throw new Refused(refusal);
  throw new Unreachable(`the server answered ${status}`);
}

async function answerTo(path: string, init: RequestInit) {
  try {
    const response = await fetch(path, init);
    return { ok: response.ok, status: response.status, answer: (await response.json()) as unknown };
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
