/** The roster of a fleet as it is kept. */
import { type Roster, rosterSchema } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { readPolicy } from '../policy/policy.ts';

const KEY = 'roster';

/** Nobody, in the zone of the calendar, until somebody sets one. */
export async function readRoster(db: Kysely<Database>): Promise<Roster> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', KEY).executeTakeFirst();
  if (row?.value) return rosterSchema.parse(row.value);
  const { zone } = (await readPolicy(db)).calendar;
  return { zone, rotations: [], overrides: [] };
}

/** Reads it and keeps everybody else from changing it until the transaction ends. */
export async function lockRoster(db: Kysely<Database>): Promise<Roster> {
  await db
    .insertInto('settings')
    .values({ key: KEY, value: 'null' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await db.selectFrom('settings').select('key').where('key', '=', KEY).forUpdate().execute();
  return readRoster(db);
}

/** @param db the transaction that has locked it */
export async function writeRoster(db: Kysely<Database>, roster: Roster): Promise<void> {
  const value = JSON.stringify(rosterSchema.parse(roster));
  await db.updateTable('settings').set({ value }).where('key', '=', KEY).execute();
}

/** Everybody whom a roster names, with the path of the first place. */
export function namedIn({ rotations, overrides }: Roster): Map<string, string> {
  const named = new Map<string, string>();
  const add = (person: string, path: string) => void (named.has(person) || named.set(person, path));
  for (const [index, { people }] of rotations.entries())
    for (const [place, person] of people.entries()) add(person, `rotations.${index}.people.${place}`);
  for (const [index, { person }] of overrides.entries())
    if (person !== null) add(person, `overrides.${index}.person`);
  return named;
}
