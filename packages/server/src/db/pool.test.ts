import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import { migrateOne } from './migrate.ts';
import { openDatabase } from './pool.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await migrateOne(database.pool, 'fleet_one');
});
afterAll(() => database.drop());

async function seen(url: string, tables: string) {
  const { pool, close } = openDatabase(url, 1, tables);
  try {
    const { rows } = await pool.query<{ schema: string; devices: string; timeout: string }>(
      `SELECT current_schema() AS schema, 'devices'::regclass::oid::text AS devices,
         current_setting('statement_timeout') AS timeout`,
    );
    return rows[0];
  } finally {
    await close();
  }
}

describe('a connection of a fleet', () => {
  test("sees the fleet's own tables under the names of all of them", async () => {
    const [first, other] = [await seen(database.url, 'public'), await seen(database.url, 'fleet_one')];
    expect([first?.schema, other?.schema]).toEqual(['public', 'fleet_one']);
    expect(first?.devices).not.toBe(other?.devices);
  });

  test.each<[string, string]>([
    ['another setting', '-c statement_timeout=7s'],
    ['a schema', '-c search_path=public -c statement_timeout=7s'],
  ])('keeps to them when the address of the database has %s of its own', async (_, options) => {
    const url = new URL(database.url);
    url.searchParams.set('options', options);
    expect(await seen(url.href, 'fleet_one')).toMatchObject({ schema: 'fleet_one', timeout: '7s' });
  });

  test('is not used when the database did not take the setting', async () => {
    // A schema that is not there is no schema of the connection.
    await expect(seen(database.url, 'fleet_nowhere')).rejects.toThrow(/came up with the schema/);
    const { rows } = await database.pool.query(
      `SELECT count(*)::int AS open FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    expect(rows).toEqual([{ open: expect.any(Number) as number }]);
  });
});
