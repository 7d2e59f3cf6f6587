/**
 * Which rung carries a request: the rule, pure.
 *
 * A rung is trusted until it fails a request or loses its connection. From then on it is the last choice,
 * until it has been up for `steadyMillis` without a break, and has then answered: a request that fell to it,
 * or a probe. A probe is a repetition of a check-in that another rung has answered, so that nobody waits for
 * it. What follows:
 * - A request is tried on every rung that is up, so it fails only where all of them fail.
 * - A rung wastes one request when it dies, and not again before it was steady and answered: over a span `T`
 *   at most `1 + T / steadyMillis` requests for each rung.
 * - A rung that flaps faster than `steadyMillis` is not asked at all while another one answers.
 * - The best rung, once it stays alive, is first again after `steadyMillis` and two requests.
 */
import type { Instant } from '@tuesday/protocol';

export interface RungHealth {
  /** When its connection was made, as the transport says it; undefined while there is none. */
  readonly upSince: Instant | undefined;
  readonly trusted: boolean;
  /** When the connection was made, or a request failed on it, whichever is later. */
  readonly steadyFrom: Instant;
  /** The last answer; orders those that are not trusted. */
  readonly answeredAt: Instant;
}

/** Nothing is known against a rung that has not been asked. */
export const UNTRIED: RungHealth = {
  upSince: undefined,
  trusted: true,
  steadyFrom: -Infinity,
  answeredAt: -Infinity,
};

/** What the transport says of its connection; another one than before means that the one before was lost. */
export function seen(health: RungHealth, upSince: Instant | undefined, now: Instant): RungHealth {
  if (upSince === health.upSince) return health;
  const lost = health.upSince !== undefined;
  const steadyFrom = upSince === undefined ? now : Math.min(upSince, now);
  return { ...health, upSince, steadyFrom, trusted: health.trusted && !lost };
}

export function failed(health: RungHealth, now: Instant): RungHealth {
  return { ...health, trusted: false, steadyFrom: now };
}

export function answered(health: RungHealth, now: Instant, steadyMillis: number): RungHealth {
  return { ...health, answeredAt: now, trusted: health.trusted || isSteady(health, now, steadyMillis) };
}

/** @returns indices of the rungs that are up, first choice first */
export function order(rungs: readonly RungHealth[]): number[] {
  const up = [...rungs.keys()].filter((index) => at(rungs, index).upSince !== undefined);
  const trusted = up.filter((index) => at(rungs, index).trusted);
  const others = up.filter((index) => !at(rungs, index).trusted);
  others.sort((a, b) => at(rungs, b).answeredAt - at(rungs, a).answeredAt || a - b);
  return [...trusted, ...others];
}

/** @returns the best rung above the one that answered which may be trusted again if it answers, too */
export function probe(
  rungs: readonly RungHealth[],
  answeredBy: number,
  now: Instant,
  steadyMillis: number,
): number | undefined {
  return [...rungs.keys()]
    .slice(0, answeredBy)
    .find((index) => !at(rungs, index).trusted && isSteady(at(rungs, index), now, steadyMillis));
}

/** A clock that was moved back makes what lies in its future count as now, never as a wait of years. */
export function undated(health: RungHealth, now: Instant): RungHealth {
  const { steadyFrom, answeredAt } = health;
  if (steadyFrom <= now && answeredAt <= now) return health;
  return { ...health, steadyFrom: Math.min(steadyFrom, now), answeredAt: Math.min(answeredAt, now) };
}

function isSteady({ upSince, steadyFrom }: RungHealth, now: Instant, steadyMillis: number): boolean {
  return upSince !== undefined && now - steadyFrom >= steadyMillis;
}

function at(rungs: readonly RungHealth[], index: number): RungHealth {
  return rungs[index] as RungHealth;
}
