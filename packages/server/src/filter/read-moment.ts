/** A time as it stands in a filter. */
const SPAN = /^-(\d{1,6})(s|m|h|d|w)$/;
const MILLIS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const INSTANT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * `-3d`: so long before now. `2026-11-20`: midnight UTC; with a time and its offset, `2026-11-20T09:00Z`.
 *
 * @returns milliseconds; undefined for what is neither
 */
export function readMoment(text: string, now: number): number | undefined {
  const [, count, unit] = SPAN.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * MILLIS[unit as keyof typeof MILLIS];
  const at = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
