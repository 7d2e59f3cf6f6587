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
  const [onTurn, overridden] = [sweep(turns), sweep(overrides)];
  const shifts: Shift[] = [];
  for (const [index, at] of cuts.slice(0, -1).entries()) {
    const end = cuts[index + 1] ?? until;
    const people = peopleOf(onTurn(at), overridden(at));
    const before = shifts.at(-1);
    if (before && before.people.join() === people.join()) before.until = end;
    else shifts.push({ from: at, until: end, people });
  }
  return shifts;
}

/** The spans that hold an instant; to be asked in order of time, so that each span is looked at a few times only. */
function sweep<T extends Interval>(spans: readonly T[]): (at: Instant) => readonly T[] {
  const waiting = [...spans].sort((a, b) => b.from - a.from);
  let holding: T[] = [];
  return (at) => {
    for (let next = waiting.at(-1); next && next.from <= at; next = waiting.at(-1)) {
      holding.push(next);
      waiting.pop();
    }
    holding = holding.filter(({ until }) => at < until);
    return holding;
  };
}

function peopleOf(turns: readonly Turn[], overrides: ReadonlyArray<{ person: string | null }>): string[] {
  const said = overrides.map(({ person }) => person);
  if (said.includes(null)) return [];
  const named = said.filter((person) => person !== null);
  const people = named.length > 0 ? named : turns.map(({ person }) => person);
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
  // Turns follow one another, so the hours before one are over for those after it.
  let past = 0;
  return turns.flatMap(({ person, ...turn }) => {
    const shared: Turn[] = [];
    while ((hours[past]?.until ?? Infinity) <= turn.from - DAY) past++;
    for (let index = past; (hours[index]?.from ?? Infinity) < turn.until + DAY; index++) {
      const span = hours[index];
      const [from, until] = [Math.max(turn.from, span?.from ?? 0), Math.min(turn.until, span?.until ?? 0)];
      if (from < until) shared.push({ person, from, until });
    }
    return shared;
  });
}
