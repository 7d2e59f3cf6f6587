import { operatorClient, wallClock } from '@tuesday/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { putNotice } from '../notices/put.ts';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import { jsonOf, listener } from '../testing/listener.ts';
import { startTestServer } from '../testing/server.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

test('a running server delivers notices by itself, and ends in order while one is under way', async () => {
  await using service = await listener();
  const server = await startTestServer(database);
  try {
    const client = operatorClient(server.url, server.operatorToken, fetch);
    await client.call('addChannel', { body: { name: 'hook', to: { by: 'webhook', url: service.url } } });
    const put = (title: string) =>
      server.context.db
        .transaction()
        .execute((trx) =>
          putNotice(trx, 0, { kind: 'halted', title, lines: [], path: '/rollouts/r', about: 'rollout r' }),
        );
    const clock = wallClock();
    await put('first');
    while (service.heard.length < 1) await clock.sleep(10);
    expect(jsonOf(service.heard[0])).toMatchObject({ type: 'halted', data: { title: 'first' } });
    service.answer = () => undefined;
    await put('second');
    while (service.heard.length < 2) await clock.sleep(10);
  } finally {
    await server.stop();
  }
  expect(server.faults).toEqual([]);
  const { rows } = await database.pool.query<{ open: boolean }>(
    `SELECT done_at IS NULL AND lease_until <= now() AND attempts = 0 AS open FROM outbox ORDER BY id DESC LIMIT 1`,
  );
  expect(rows).toEqual([{ open: true }]);
});
