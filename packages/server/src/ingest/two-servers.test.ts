import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from 'kysely';
import { notify } from '../context.ts';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import { enrolDevices, report, startRollout, tokenOf } from '../testing/fleet.ts';
import { post, startTestServer, type TestServer } from '../testing/server.ts';

let database: FreshDatabase;
let servers: [TestServer, TestServer];

beforeAll(async () => {
  database = await freshDatabase();
  await startRollout(database.pool, await enrolDevices(database.pool, 1), 'halted');
  servers = [await startTestServer(database), await startTestServer(database, ['--shard', '1'])];
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  await database.drop();
});

const checkIn = (server: TestServer, ok: boolean) =>
  post(server, '/device/v1/check-in', tokenOf('d0'), JSON.stringify(report({ health: { ok } })));

/** Waits until a condition that another server brings about holds. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('a report that was given to another server in between is not mistaken for the last one', async () => {
  const [one, two] = servers;
  for (let round = 0; round < 3; round++) {
    await checkIn(one, true);
    await checkIn(one, true);
    await checkIn(two, false);
    await until(async () => {
      await checkIn(one, true);
      const { rows } = await sql<{
        ok: boolean;
      }>`SELECT (report #> '{health,ok}')::boolean AS ok FROM devices`.execute(database.db);
      return rows[0]?.ok === true;
    });
  }
});

test('a hold that one server commits is heard by the other', async () => {
  const [one, two] = servers;
  for (const server of servers) expect((await checkIn(server, true)).text).toContain('The rollout is halted');
  await database.db.transaction().execute(async (trx) => {
    await trx.updateTable('devices').set({ held: 'on a bench' }).execute();
    await notify(trx, { kind: 'offers' });
  });
  for (const server of [one, two])
    await until(async () => (await checkIn(server, true)).text.includes('held: on a bench'));
});
