/** Makes a fleet: its row, its own tables, and word to all servers. */
import { type OrRefused, refuse } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import { makeTables } from '../db/migrate.ts';
import type { Database } from '../db/schema.ts';
import { FLEETS_CHANNEL, tablesOf } from './names.ts';

export interface NewFleet {
  readonly fleet: string;
  readonly organisation: string;
  readonly name: string;
  readonly at: number;
}

/**
 * From then on the transaction sees the new fleet's tables.
 *
 * @param db the transaction
 * @returns `name-taken`; names are one in the whole installation, because they stand in addresses and tokens
 */
export async function makeFleet(
  db: Kysely<Database>,
  { fleet, organisation, name, at }: NewFleet,
): Promise<OrRefused<{ made: true }>> {
  const tables = tablesOf(fleet);
  const made = await db
    .insertInto('installation.fleets')
    .values({ fleet, organisation, name, tables, created_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .returning('fleet')
    .executeTakeFirst();
  if (!made) return { refused: nameTaken('fleet', fleet) };
  await makeTables(db, tables);
  await sql`SELECT pg_notify(${FLEETS_CHANNEL}, ${fleet})`.execute(db);
  return { made: true };
}

/** @param field of the request */
export function nameTaken(field: string, name: string) {
  return refuse('name-taken', `the name ${name} is in use`, { field });
}
