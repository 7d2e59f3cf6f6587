/** What the judge is told about the watch: a few small rows, whatever the size of the fleet. */
import type { Roster } from '@tuesday/protocol';
import type { WatchSituation } from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import { readPolicy } from '../policy/policy.ts';
import { namedIn, readRoster } from './roster.ts';

/** @returns undefined where the rules want nobody */
export async function readWatch(db: Kysely<Database>, rollout: string): Promise<WatchSituation | undefined> {
  const { watch: rules } = await readPolicy(db);
  return rules.required ? readWatchAnyway(db, rollout) : undefined;
}

/** The same, also where the rules want nobody. */
export async function readWatchAnyway(db: Kysely<Database>, rollout: string): Promise<WatchSituation> {
  const { watch: rules, deviceHours } = await readPolicy(db);
  const roster = await readRoster(db);
  const rows = await db
    .selectFrom('watch_acknowledgements as a')
    .innerJoin('installation.people as p', 'p.person', 'a.person')
    .select(['a.person', 'a.at', 'a.stands_in'])
    .where('a.rollout', '=', rollout)
    .where('p.state', '=', 'active')
    .orderBy('a.person')
    .execute();
  const acknowledged = rows.map(({ person, at, stands_in }) => ({ person, at, standsIn: stands_in }));
  return { rollout, rules, roster, acknowledged, deviceHours, away: await awayIn(db, roster) };
}

/** People of the roster whose account is not active any more, or gone from this organisation. */
export async function awayIn(db: Kysely<Database>, roster: Roster): Promise<string[]> {
  const named = [...namedIn(roster).keys()];
  if (named.length === 0) return [];
  const { rows } = await sql<{ person: string }>`
    SELECT p.person FROM installation.people p JOIN installation.fleets f ON f.organisation = p.organisation
    WHERE f.tables = current_schema() AND p.state = 'active' AND p.person = ANY(${named})`.execute(db);
  const active = new Set(rows.map(({ person }) => person));
  return named.filter((person) => !active.has(person));
}
