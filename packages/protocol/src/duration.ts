/**
 * Durations as people write them: a whole number and one unit, `90s`, `45m`, `24h`, `7d`.
 * The same text is used in plan files, on the wire and on screen.
 */
import * as z from 'zod';

const UNIT_MILLIS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNIT_MILLIS;

const pattern = /^(\d{1,6})(s|m|h|d)$/;

export const durationSchema = z
  .string()
  .regex(pattern, { message: 'use a whole number and a unit: 90s, 45m, 24h or 7d', abort: true });
export type Duration = z.infer<typeof durationSchema>;

/** A duration that is longer than nothing. */
export const positiveDurationSchema = durationSchema.refine((text) => !/^0+[smhd]$/.test(text), {
  message: 'must be longer than zero',
});

/**
 * @returns milliseconds
 * @throws RangeError when the text is not a duration; schemas have refused it before it gets here
 */
export function toMillis(duration: Duration): number {
  const match = pattern.exec(duration);
  if (!match) throw new RangeError(`not a duration: ${duration}`);
  return Number(match[1]) * UNIT_MILLIS[match[2] as Unit];
}

/** The largest unit that divides the span exactly, so `toMillis(fromMillis(x)) === x` for whole seconds. */
export function fromMillis(millis: number): Duration {
  const seconds = Math.round(millis / 1_000);
  for (const unit of ['d', 'h', 'm'] as const) {
    const size = UNIT_MILLIS[unit] / 1_000;
    if (seconds > 0 && seconds % size === 0) return `${seconds / size}${unit}`;
  }
  return `${seconds}s`;
}
