/** Who is on watch when: rotations by the wall clock of the roster's zone, and what overrides make of them. */
import type { Instant, Roster, Rotation, Shift } from '@tuesday/protocol';
import { DAY, firstShowing, hoursIn, type Interval, millisOf, type Stretch, stretchesOf } from './wall.ts';

interface Turn extends Interval {
  readonly person: string;
}

/**
 * The time from `from` to `until`, cut where the people change. Several rotations add people; so do overrides that
 * overlap. An override replaces everybody whose turn it is, and one that says nobody wins over all.
 *
 * @returns stretches without gap or overlap, people by name; empty when `from` is not before `until`
 */
export function shiftsOf(roster: Roster, from: Instant, until: Instant): Shift[] {
  if (from >= until) return [];
  // Turns change on the wall: what it showed before `from` matters, also across a change of the clocks.
  const stretches = stretchesOf(roster.zone, from - 3 * DAY, until);
  const turns = roster.rotations.flatMap((rotation) => turnsOf(rotation, stretches, until));
  const overrides = roster.overrides.filter((one) => one.from < until && one.until > from);
  const edges = [from, until, ...[...turns, ...overrides].flatMap((span) => [span.from, span.until])];
  const cuts = [...new Set(edges)].filter((at) => at >= from && at <= until).sort((a, b) => a - b);
  const shifts: Shift[] = [];
  for (const [index, at] of cuts.slice(0, -1).entries()) {
    const end = cuts[index + 1] ?? until;
    const people = peopleAt(turns, overrides, at);
    const before = shifts.at(-1);
    if (before && before.people.join() === people.join()) before.until = end;
    else shifts.push({ from: at, until: end, people });
  }
  return shifts;
}

function peopleAt(turns: readonly Turn[], overrides: Roster['overrides'], at: Instant): string[] {
  const holds = (span: Interval) => span.from <= at && at < span.until;
  const said = overrides.filter(holds).map(({ person }) => person);
  if (said.includes(null)) return [];
  const named = said.filter((person) => person !== null);
  const people = named.length > 0 ? named : turns.filter(holds).map(({ person }) => person);
  return [...new Set(people)].sort();
}

/** The turns of one rotation, cut down to its hours. */
function turnsOf(rotation: Rotation, stretches: readonly Stretch[], until: Instant): Turn[] {
  const start = stretches[0];
  if (!start) return [];
  const begins = Date.parse(`${rotation.from}T00:00:00Z`) + millisOf(rotation.at);
  const length = rotation.days * DAY;
  const first = Math.max(0, Math.floor((start.from + start.offset - begins) / length));
  const turns: Turn[] = [];
  for (let turn = first; ; turn++) {
    const from = firstShowing(stretches, begins + turn * length);
    if (from === undefined) break;
    const person = rotation.people[turn % rotation.people.length] ?? '';
    turns.push({ person, from, until: firstShowing(stretches, begins + (turn + 1) * length) ?? until });
  }
  if (!rotation.hours) return turns;
  const hours = hoursIn(stretches, rotation.hours);
  return turns.flatMap(({ person, ...turn }) =>
    hours
      .map((span) => ({
        person,
        from: Math.max(turn.from, span.from),
        until: Math.min(turn.until, span.until),
      }))
      .filter((span) => span.from < span.until),
  );
}
