/**
 * Change windows as a rule. A window is about what the clock on the wall shows: an hour that daylight saving
 * doubles is inside its window twice, one that it skips never comes.
 */
import type { ChangeWindow, Instant } from '@tuesday/protocol';
import type { Temporal } from 'temporal-polyfill';
import {
  capital,
  DAY,
  dayAndTime,
  dayWords,
  localOf,
  MINUTE,
  minutesOf,
  type Span,
  startOf,
  weekdayOf,
  weekdayWord,
} from './local-time.ts';
import { HORIZON_MILLIS, type OpeningRule } from './opening-rule.ts';

const HORIZON_DAYS = HORIZON_MILLIS / DAY;

export interface WindowRuleInput {
  readonly zone: string;
  readonly windows: readonly ChangeWindow[];
  /** As sentences call them, "the change window". */
  readonly called: string;
}

/** @returns a rule that remembers the days it has worked out; make it once for a calendar */
export function windowRule({ zone, windows, called }: WindowRuleInput): OpeningRule {
  const days = new Map<string, readonly Span[]>();
  const spansOn = (date: Temporal.PlainDate): readonly Span[] => {
    const due = windows.filter((window) => window.days.includes(weekdayOf(date)));
    if (due.length === 0) return [];
    const key = date.toString();
    const known = days.get(key) ?? spansOf(due, date, zone);
    days.set(key, known);
    return known;
  };
  const spanAt = (at: Instant): Span | undefined =>
    spansOn(localOf(at, zone).toPlainDate()).find(({ from, to }) => from <= at && at < to);
  const list = windows.map((window) => `${window.days.map(capital).join(', ')} ${window.from}–${window.to}`);
  const outside = windows.length === 0 ? '' : ` is outside ${called} (${list.join('; ')}).`;
  return {
    name: 'windows',
    nextFrom(at) {
      if (windows.length === 0) return null;
      let date = localOf(at, zone).toPlainDate();
      for (let day = 0; day < HORIZON_DAYS; day++, date = date.add({ days: 1 })) {
        const next = spansOn(date).find(({ to }) => to > at);
        if (next) return Math.max(next.from, at);
      }
      return null;
    },
    whyNot(at) {
      if (windows.length === 0) return 'The policy has no change window.';
      return spanAt(at) ? null : `${dayAndTime(at, zone)}${outside}`;
    },
    whyNotAllDay(at) {
      const short = called === THE_WINDOW ? 'the window' : called;
      return {
        sentence: outside === '' ? 'The policy has no change window.' : `${dayWords(at, zone)}${outside}`,
        short: `${weekdayWord(at, zone)} is outside ${short}`,
      };
    },
    holdsUntil: (at) => spanAt(at)?.to ?? at,
  };
}

export const THE_WINDOW = 'the change window';

/** The instants of one date that lie in a window, in order and apart. */
function spansOf(windows: readonly ChangeWindow[], date: Temporal.PlainDate, zone: string): Span[] {
  const spans = stretchesOf(date, zone).flatMap((stretch) =>
    windows
      .map((window) => ({
        from: Math.max(stretch.from, stretch.midnight + minutesOf(window.from) * MINUTE),
        to: Math.min(stretch.to, stretch.midnight + minutesOf(window.to) * MINUTE),
      }))
      .filter((span) => span.from < span.to),
  );
  return joined(spans.sort((a, b) => a.from - b.from));
}

function joined(spans: readonly Span[]): Span[] {
  const apart: Span[] = [];
  for (const span of spans) {
    const before = apart.at(-1);
    if (before && span.from <= before.to)
      apart[apart.length - 1] = { from: before.from, to: Math.max(before.to, span.to) };
    else apart.push(span);
  }
  return apart;
}

/** A date, cut where its clocks change; `midnight` is where 00:00 would be by the offset of the stretch. */
function stretchesOf(date: Temporal.PlainDate, zone: string): Array<Span & { midnight: Instant }> {
  const end = startOf(date.add({ days: 1 }), zone);
  const written = date.toZonedDateTime('UTC').epochMilliseconds;
  const stretches: Array<Span & { midnight: Instant }> = [];
  let from = date.toZonedDateTime(zone);
  while (from.epochMilliseconds < end) {
    const change = from.getTimeZoneTransition('next');
    const to = Math.min(end, change?.epochMilliseconds ?? end);
    const midnight = written - from.offsetNanoseconds / 1e6;
    stretches.push({ from: from.epochMilliseconds, to, midnight });
    from = localOf(to, zone);
  }
  return stretches;
}
