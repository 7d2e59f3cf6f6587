/** `Retry-After` (RFC 9110, 10.2.3): seconds, or a date. */
import type { IncomingHttpHeaders } from 'node:http';

/** Longest that is believed; whoever waits bounds it once more. */
const LONGEST = 86_400_000;

/**
 * A date counts from the `Date` of the same answer, never from the device's own clock.
 *
 * @returns undefined when there is none that makes sense
 */
export function retryAfterMillis(
  headers: Pick<IncomingHttpHeaders, 'retry-after' | 'date'>,
): number | undefined {
  const text = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Math.min(LONGEST, Number(text) * 1_000);
  const wait = Date.parse(text) - Date.parse(headers.date ?? '');
  return Number.isFinite(wait) ? Math.min(LONGEST, Math.max(0, wait)) : undefined;
}
