/** Who is on watch, now and in the next two weeks. */
import type { RosterView, Roster } from '@tuesday/protocol';
import { presentIn, shiftsOf } from '@tuesday/rollout';
import type { Context } from '../context.ts';
import { readRoster } from './roster.ts';
import { awayIn } from './situation.ts';

const DAY = 86_400_000;
const SHOWN = 14 * DAY;
/** How far the end of the present shift is looked for. */
const AHEAD = 366 * DAY;

export async function viewRoster(parts: Pick<Context, 'db' | 'clock'>): Promise<RosterView> {
  const roster = await readRoster(parts.db);
  const away = await awayIn(parts.db, roster);
  return rosterView(roster, away, parts.clock.now());
}

function rosterView(roster: Roster, away: readonly string[], now: number): RosterView {
  const heard = { acknowledged: [], standIns: [], away };
  const shifts = presentIn(shiftsOf(roster, now, now + SHOWN), heard);
  const [present, ...later] = presentIn(shiftsOf(roster, now, now + AHEAD), heard);
  const people = present?.people ?? [];
  const change = later.find((shift) => shift.people.join() !== people.join());
  return {
    roster,
    shifts: shifts.map((shift) => ({ ...shift, people: [...shift.people] })),
    now: { people: [...people], until: change?.from ?? null },
  };
}
