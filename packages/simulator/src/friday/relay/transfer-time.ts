/** How long bytes are under way between neighbours. Source: the table of `docs/relay.md`, measured in virtual time. */

/** Seconds for 64 KiB at 40 segments a second, by loss on each hop, for one, two and three hops. */
const SECONDS_FOR_64_KIB = {
  '0 %': [138, 145, 145],
  '10 %': [154, 188, 218],
  '30 %': [208, 362, 723],
} as const;
export type Loss = keyof typeof SECONDS_FOR_64_KIB;

const MEASURED_BYTES = 65_536;

/**
 * @param sharers devices that send on the same channel: the rate is divided by them, as the document says
 * @returns milliseconds
 */
export function meshMillis(bytes: number, hops: 1 | 2 | 3, loss: Loss, sharers: number): number {
  return (SECONDS_FOR_64_KIB[loss][hops - 1] ?? 0) * 1_000 * (bytes / MEASURED_BYTES) * Math.max(1, sharers);
}

/** @returns milliseconds at the bytes a second that a neighbour gives, over its places in use */
export function linkMillis(bytes: number, bytesPerSecond: number, places: number): number {
  return (bytes * 1_000 * Math.max(1, places)) / bytesPerSecond;
}
