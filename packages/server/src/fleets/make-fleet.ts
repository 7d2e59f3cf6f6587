/** Makes a fleet: its row, its own tables, and word to all servers. */
import { type OrRefused, refuse } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import { lockTables, makeTables } from '../db/migrate.ts';
import type { Database } from '../db/schema.ts';
import { FLEETS_CHANNEL, tablesOf } from './names.ts';

const FLEETS_AT_MOST = 20;

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
 * @returns `name-taken`; names are one in the whole installation, because they stand in addresses and tokens.
 *   `forbidden` where the organisation has as many as it may have: each costs everybody connections
 */
export async function makeFleet(
  db: Kysely<Database>,
  { fleet, organisation, name, at }: NewFleet,
): Promise<OrRefused<{ made: true }>> {
  const tables = tablesOf(fleet);
  await lockTables(db);
  if ((await countOf(db, organisation)) >= FLEETS_AT_MOST) return { refused: enough(organisation) };
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

async function countOf(db: Kysely<Database>, organisation: string): Promise<number> {
  const { fleets } = await db
    .selectFrom('installation.fleets')
    .select(db.fn.countAll<number>().as('fleets'))
    .where('organisation', '=', organisation)
    .executeTakeFirstOrThrow();
  return fleets;
}

function enough(organisation: string) {
  return refuse('forbidden', `${organisation} has ${FLEETS_AT_MOST} fleets, and no organisation has more`, {
    try: 'ask for another organisation',
  });
}

/** @param field of the request */
export function nameTaken(field: string, name: string) {
  return refuse('name-taken', `the name ${name} is in use`, { field });
}
