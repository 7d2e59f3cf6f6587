/** What a stage needs of the watch, and what is missing. */
import { type Instant, type Policy, type Shift, toMillis } from '@tuesday/protocol';
import type { Interval } from './wall.ts';

export type WatchRules = Policy['watch'];

/**
 * The hours that must be watched when a stage opens: the first ones of its soak, and its gate.
 *
 * @param soakEnd when the gate is judged; null where none follows, as for the hold-out
 * @returns in order, without overlap; empty when the rules want nobody
 */
export function watchNeeds(rules: WatchRules, openAt: Instant, soakEnd: Instant | null): Interval[] {
  if (!rules.required) return [];
  const first = { from: openAt, until: openAt + toMillis(rules.firstHours) };
  if (soakEnd === null) return [first];
  const gate = { from: soakEnd, until: soakEnd + toMillis(rules.atGate) };
  if (gate.from > first.until) return [first, gate];
  return [{ from: first.from, until: Math.max(first.until, gate.until) }];
}

/** The parts of the intervals in which nobody is on watch; what no shift covers is one, too. */
export function gapsIn(shifts: readonly Shift[], intervals: readonly Interval[]): Interval[] {
  return missingIn(
    intervals,
    shifts.filter(({ people }) => people.length > 0),
  );
}

/** The parts in which somebody is on watch but nobody of them has acknowledged, and who that is. */
export function unheardIn(
  shifts: readonly Shift[],
  intervals: readonly Interval[],
  acknowledged: ReadonlySet<string>,
): Shift[] {
  return shifts
    .filter(({ people }) => people.length > 0 && !people.some((person) => acknowledged.has(person)))
    .flatMap(({ people, ...shift }) =>
      intervals
        .map((interval) => ({ ...overlapOf(shift, interval), people }))
        .filter(({ from, until }) => from < until),
    )
    .sort((a, b) => a.from - b.from);
}

/** Everybody who is on watch at some time of the intervals, by name. */
export function peopleIn(shifts: readonly Shift[], intervals: readonly Interval[]): string[] {
  const there = shifts.filter((shift) =>
    intervals.some((interval) => shift.from < interval.until && interval.from < shift.until),
  );
  return [...new Set(there.flatMap(({ people }) => people))].sort();
}

/** @param covering in order and without overlap, as shifts are */
export function missingIn(intervals: readonly Interval[], covering: readonly Interval[]): Interval[] {
  return intervals.flatMap((interval) => {
    const missing: Interval[] = [];
    let at = interval.from;
    for (const { from, until } of covering) {
      if (until <= at) continue;
      if (from >= interval.until) break;
      if (from > at) missing.push({ from: at, until: from });
      at = until;
    }
    if (at < interval.until) missing.push({ from: at, until: interval.until });
    return missing;
  });
}

function overlapOf(a: Interval, b: Interval): Interval {
  return { from: Math.max(a.from, b.from), until: Math.min(a.until, b.until) };
}
