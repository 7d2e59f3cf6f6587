/** The rule for opening a stage: somebody is on watch in the soak's first hours and at its gate, and has said so. */
import type { Instant, Roster, Shift } from '@tuesday/protocol';
import { when } from '../calendar/index.ts';
import { gapsIn, missingIn, unheardIn, watchNeeds, type WatchRules } from './needs.ts';
import { shiftsOf } from './shifts.ts';
import { DAY, type Interval } from './wall.ts';

/** A rule that an opening must satisfy. */
export interface WatchRule {
  /** The first instant from `at` on that satisfies it; null when none comes within so long, two years if nobody says. */
  nextFrom(at: Instant, within?: number): Instant | null;
  /** Why `at` does not satisfy it, as the end of a sentence; null when it does. */
  whyNot(at: Instant): string | null;
}

/** What people have said about one rollout. */
export interface Heard {
  /** On the roster, but unable to answer: their account is closed. */
  readonly away?: readonly string[];
  /** Who has acknowledged it. */
  readonly acknowledged: readonly string[];
  /** Who watches the stage that is about to open although it is not their shift. */
  readonly standIns: readonly string[];
}

/** Most rosters answer within the first look ahead; the far one is for those that do not. */
export const NEAR = 28 * DAY;
const FAR = 731 * DAY;

/**
 * @param spanOf from the opening to the end of the soak, null where no gate follows; all openings have the same soak
 * @param heard  null: whoever is on watch is taken at their word, as a planner does
 */
export function watchRule(
  roster: Roster,
  rules: WatchRules,
  spanOf: (openAt: Instant) => Instant | null,
  heard: Heard | null,
): WatchRule {
  const needsAt = (at: Instant) => watchNeeds(rules, at, spanOf(at));
  const present = (from: Instant, until: Instant) => presentIn(shiftsOf(roster, from, until), heard);
  const acknowledged =
    rules.acknowledged && heard ? new Set([...heard.acknowledged, ...heard.standIns]) : null;
  const counts = ({ people }: Shift) =>
    acknowledged ? people.some((person) => acknowledged.has(person)) : people.length > 0;

  return {
    nextFrom(at, within = FAR) {
      for (const horizon of within > NEAR ? [NEAR, within] : [within]) {
        const covered = joined(present(at, endOf(needsAt(at + horizon), at)).filter(counts));
        const span = (spanOf(at) ?? at) - at;
        // The instants that will do begin where people come: at the opening, or at the gate.
        const candidates = [at, ...covered.flatMap(({ from }) => [from, from - span])]
          .filter((one) => one >= at && one <= at + horizon)
          .sort((a, b) => a - b);
        const found = candidates.find((one) => missingIn(needsAt(one), covered).length === 0);
        if (found !== undefined) return found;
      }
      return null;
    },
    whyNot(at) {
      const needs = needsAt(at);
      const shifts = present(at, endOf(needs, at));
      const gaps = gapsIn(shifts, needs);
      if (gaps.length > 0) return `nobody is on watch ${stretchWords(gaps, roster.zone)}.`;
      const unheard = acknowledged ? unheardIn(shifts, needs, acknowledged) : [];
      return unheard.length > 0 ? unheardWords(unheard, roster.zone) : null;
    },
  };
}

/** The shifts with those who are really there: without who cannot answer, and with who stands in. */
export function presentIn(shifts: readonly Shift[], heard: Heard | null): readonly Shift[] {
  if (!heard) return shifts;
  const { standIns, away = [] } = heard;
  if (standIns.length === 0 && away.length === 0) return shifts;
  return shifts.map(({ people, ...shift }) => {
    const there = people.filter((person) => !away.includes(person));
    return { ...shift, people: [...new Set([...there, ...standIns])].sort() };
  });
}

/** Whoever it is: stretches that touch are one. */
function joined(shifts: readonly Shift[]): Interval[] {
  const stretches: Array<{ from: Instant; until: Instant }> = [];
  for (const { from, until } of shifts) {
    const before = stretches.at(-1);
    if (before?.until === from) before.until = until;
    else stretches.push({ from, until });
  }
  return stretches;
}

const endOf = (needs: readonly Interval[], otherwise: Instant) => needs.at(-1)?.until ?? otherwise;

const SHOWN = 3;

/** "Wed 25 Nov 13:00–17:00 and Thu 26 Nov 09:00–10:00 America/New_York" */
export function stretchWords(stretches: readonly Interval[], zone: string): string {
  const words = stretches.slice(0, SHOWN).map(({ from, until }) => {
    const [begins, ends] = [when(from, zone), when(until, zone)];
    const day = begins.slice(0, -5);
    return `${begins}–${ends.startsWith(day) ? ends.slice(day.length) : ends}`;
  });
  const more = stretches.length > SHOWN ? [`${stretches.length - SHOWN} more times`] : [];
  return `${[...words, ...more].join(' and ')} ${zone}`;
}

/** "alice, on watch from Wed 25 Nov 09:00, has not acknowledged." */
function unheardWords(unheard: readonly Shift[], zone: string): string {
  const firsts = new Map<string, Instant>();
  for (const { people, from } of unheard) {
    const who = people.join(' or ');
    if (!firsts.has(who)) firsts.set(who, from);
  }
  const words = [...firsts].slice(0, SHOWN).map(([who, from]) => `${who}, on watch from ${when(from, zone)}`);
  const verb = words.length === 1 ? 'has' : 'have';
  return `${words.join(', and ')}, ${verb} not acknowledged.`;
}
