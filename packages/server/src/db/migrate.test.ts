import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './pool.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

test('a migrated database is left as it is', async () => {
  expect(await migrate(database.pool)).toEqual([]);
});

test('two servers that start at once apply each migration once', async () => {
  await database.pool.query(
    'DROP SCHEMA public CASCADE; DROP SCHEMA installation CASCADE; CREATE SCHEMA public',
  );
  const other = openDatabase(database.url, 1);
  const applied = await Promise.all([migrate(database.pool), migrate(other.pool)]);
  await other.close();
  expect(applied.flat()).toEqual([
    '0001-people.sql',
    '0002-places.sql',
    '0003-identity.sql',
    '0004-audit.sql',
    '0001-first.sql',
    '0002-trial.sql',
    '0003-tickets.sql',
    '0004-people.sql',
    '0005-watch.sql',
    '0006-consent.sql',
    '0007-standing-and-excluded.sql',
    '0008-deltas.sql',
    '0009-second-tries.sql',
    '0010-inventory.sql',
    '0011-parity.sql',
    '0012-codes.sql',
    '0013-incidents.sql',
    '0014-fleet-views.sql',
    '0015-recoveries.sql',
    '0017-texts-and-register.sql',
  ]);
});

test('a database that is newer than the server is refused with the name of what it does not know', async () => {
  await database.pool.query(`INSERT INTO migrations (name) VALUES ('9999-later.sql')`);
  await expect(migrate(database.pool)).rejects.toThrow('9999-later.sql');
});
