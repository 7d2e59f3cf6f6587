/** May a stage open now, and if not, why not and when. */
import type { Instant } from '@tuesday/protocol';
import { dayAndTime, when } from './local-time.ts';
import { nextOpening, type OpeningRule, whyNot } from './opening-rule.ts';

export interface Openness {
  readonly open: boolean;
  /** A sentence, with the day and the zone. */
  readonly because: string;
  /** The first instant from `at` on that satisfies every rule; null when none comes within two years. */
  readonly nextOpening: Instant | null;
}

export function openness(rules: readonly OpeningRule[], zone: string, at: Instant): Openness {
  const next = nextOpening(rules, at);
  if (next === at)
    return { open: true, because: `${dayAndTime(at, zone)} is inside the change window.`, nextOpening: at };
  const then =
    next === null ? 'No opening comes within two years.' : `The next opening is ${when(next, zone)}.`;
  return { open: false, because: [...whyNot(rules, at), then].join(' '), nextOpening: next };
}
