/**
 * One condition on the instant at which a stage opens, and the search for the first instant that satisfies all of
 * them. Windows, freezes and the watch are rules; whoever adds another one changes nothing here.
 */
import type { Instant } from '@tuesday/protocol';

export interface OpeningRule {
  /** For tests and logs, for instance `windows`. */
  readonly name: string;
  /**
   * The first instant from `at` on at which the rule may hold: `at` itself exactly when it holds there. It never
   * passes over an instant at which it holds; one that comes back is asked again, so a lower bound will do.
   * Null: it does not hold again.
   */
  nextFrom(at: Instant): Instant | null;
  /** Why a stage must not open at `at`, as a sentence; null exactly when it may. */
  whyNot(at: Instant): string | null;
  /**
   * The same about all that is left of the day of `at`, asked only when the rule closes that; absent: `whyNot`.
   * `short` goes on after "because": "Friday is outside the window".
   */
  whyNotAllDay?(at: Instant): { readonly sentence: string; readonly short: string } | null;
  /** The first instant from `at` on at which the rule no longer holds; absent or null: nobody knows. */
  holdsUntil?(at: Instant): Instant | null;
}

/** Nobody plans further ahead. */
export const HORIZON_MILLIS = 731 * 86_400_000;

/** Rules that push each other on for longer than this are taken to have no common opening. */
const MOST_STEPS = 20_000;

/**
 * The first instant from `at` on that satisfies every rule; null when none comes before `until`. Each rule only
 * moves the candidate forward, so the first candidate that none of them moves is the first that satisfies all.
 */
export function nextOpening(
  rules: readonly OpeningRule[],
  at: Instant,
  until: Instant = at + HORIZON_MILLIS,
): Instant | null {
  let candidate = at;
  for (let step = 0; step < MOST_STEPS; step++) {
    let moved = false;
    for (const rule of rules) {
      const next = rule.nextFrom(candidate);
      if (next === null || next >= until) return null;
      if (next === candidate) continue;
      candidate = next;
      moved = true;
    }
    if (!moved) return candidate;
  }
  return null;
}

/** Why a stage must not open at `at`: the sentences of all rules that speak against it; empty when it may. */
export function whyNot(rules: readonly OpeningRule[], at: Instant): string[] {
  return rules.flatMap((rule) => rule.whyNot(at) ?? []);
}
