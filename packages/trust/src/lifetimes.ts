/** How long metadata stays valid. Offline roles are long because people must meet to renew them. */
import type { Instant } from '@tuesday/protocol';

/** Version of the TUF specification that our metadata follows. */
export const SPEC_VERSION = '1.0.31';

const DAY = 86_400_000;

/** Milliseconds of the clock that `now` comes from. */
export const LIFETIMES = {
  root: 365 * DAY,
  targets: 365 * DAY,
  snapshot: 7 * DAY,
  timestamp: DAY,
} as const;

/** Whole seconds, as TUF writes dates: `2026-11-24T09:00:00Z`. */
export function expiryAt(now: Instant, lifetime: number): string {
  return new Date(now + lifetime).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
