/**
 * Freezes and holidays as a rule. A freeze is one stretch of time from one reading of the wall to another: of two
 * equal readings it takes the first as its beginning and the last as its end, so that a doubled hour is never
 * half open.
 */
import type { Freeze, Instant } from '@tuesday/protocol';
import { dayAndTime, DAY, dayWords, leaves, reaches, type Span, wallOf, weekdayWord } from './local-time.ts';
import { HORIZON_MILLIS, type OpeningRule } from './opening-rule.ts';

interface Closed {
  /** Readings of the wall with a time, so that they compare as text. */
  readonly from: string;
  readonly to: string;
  readonly freezes: Freeze[];
  /** Worked out when it is first asked for: zones are slow, and most freezes are far away. */
  span: Span | undefined;
}

/**
 * @param freezes written out: a rule of recurrence is not looked at
 * @returns a rule that remembers what it has worked out; make it once for a calendar
 */
export function freezeRule(zone: string, freezes: readonly Freeze[]): OpeningRule {
  const closed = closedOf(freezes);
  const spanOf = (one: Closed): Span =>
    (one.span ??= { from: reaches(one.from, zone), to: leaves(one.to, zone) });
  /** How many begin at `at` or before. */
  const begun = (at: Instant): number => {
    let [low, high] = [0, closed.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (spanOf(closed[middle] as Closed).from <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const closedAt = (at: Instant): Closed | undefined => {
    const last = closed[begun(at) - 1];
    return last && at < spanOf(last).to ? last : undefined;
  };
  return {
    name: 'freezes',
    nextFrom(at) {
      const now = closedAt(at);
      return now ? spanOf(now).to : at;
    },
    whyNot(at) {
      const now = closedAt(at);
      if (!now) return null;
      const [first, ...more] = named(now, at, zone).map((freeze) =>
        freeze.kind === 'holiday'
          ? `${dayWords(at, zone)} is ${freeze.name}.`
          : `${dayAndTime(at, zone)} is in the freeze "${freeze.name}".`,
      );
      // Between two readings of a doubled hour no freeze may be found by its own ends.
      return [first ?? `${dayAndTime(at, zone)} is in a freeze.`, ...more].join(' ');
    },
    whyNotAllDay(at) {
      const now = closedAt(at);
      const [freeze] = now ? named(now, at, zone) : [];
      if (!freeze) return null;
      const words = freeze.kind === 'holiday' ? freeze.name : `in the freeze "${freeze.name}"`;
      return {
        sentence: `${dayWords(at, zone)} is ${words}.`,
        short: `${weekdayWord(at, zone)} is ${words}`,
      };
    },
    holdsUntil(at) {
      if (closedAt(at)) return at;
      const next = closed[begun(at)];
      return next ? Math.max(at, spanOf(next).from) : at + HORIZON_MILLIS;
    },
  };
}

/** In order and apart; those that overlap or touch are one, so that a search steps over all of them at once. */
function closedOf(freezes: readonly Freeze[]): Closed[] {
  const sorted = freezes
    .map((freeze) => ({ freeze, from: timed(freeze.from), to: timed(freeze.to) }))
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const closed: Array<Closed & { to: string }> = [];
  for (const { freeze, from, to } of sorted) {
    const before = closed.at(-1);
    if (before && from <= before.to) {
      before.freezes.push(freeze);
      if (to > before.to) before.to = to;
    } else closed.push({ from, to, freezes: [freeze], span: undefined });
  }
  return closed;
}

/** A date alone is its midnight. */
function timed(text: string): string {
  return text.length === 10 ? `${text}T00:00` : text;
}

/** Holidays first: they are what people know the day by. */
function named(closed: Closed, at: Instant, zone: string): Freeze[] {
  const [early, late] = [wallOf(at - DAY, zone), wallOf(at + DAY, zone)];
  return closed.freezes
    .filter(({ from, to }) => timed(from) <= late && timed(to) >= early)
    .filter(({ from, to }) => reaches(timed(from), zone) <= at && at < leaves(timed(to), zone))
    .sort((a, b) => Number(b.kind === 'holiday') - Number(a.kind === 'holiday'))
    .slice(0, 3);
}
