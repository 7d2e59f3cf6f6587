/** Who is on watch on a day. */
import type { Shift } from '@tuesday/protocol';
import { dateIn } from './days.ts';

/** Names in order of their shifts; undefined where the roster says nothing about the day. */
export function watchersOn(
  shifts: readonly Shift[],
  date: string,
  zone: string,
): readonly string[] | undefined {
  const touching = shifts.filter(
    // Half-open: a shift that ends at midnight is not of the day that begins then.
    ({ from, until }) => dateIn(from, zone) <= date && dateIn(until - 1, zone) >= date,
  );
  return touching.length === 0 ? undefined : [...new Set(touching.flatMap(({ people }) => people))];
}
