/** The fleet's stream on two servers with one database: nothing is lost, and nothing is told twice. */
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { operatorClient, roleSchema } from '@tuesday/protocol';
import { appendAudit } from '../../audit/append.ts';
import { JUDGE } from '../../audit/actor.ts';
import type { Context } from '../../context.ts';
import { type FreshDatabase, freshDatabase } from '../../testing/database.ts';
import { type Hearing, hearFleet } from '../../testing/events.ts';
import { enrolDevices, report, tokenOf } from '../../testing/fleet.ts';
import { addPerson } from '../../testing/people.ts';
import { post, startTestServer, type TestServer } from '../../testing/server.ts';

let database: FreshDatabase;
let one: TestServer;
let two: TestServer;
const open: Hearing[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  await enrolDevices(database.pool, 40);
  one = await startTestServer(database);
  two = await startTestServer(database, ['--shard', '1']);
});
afterEach(async () => {
  for (const hearing of open.splice(0)) await hearing.cut();
});
afterAll(async () => {
  await one.stop();
  await two.stop();
  await database.drop();
});

const bearer = () => ({ authorization: `Bearer ${one.operatorToken}` });

async function hear(server: TestServer, after?: number | string): Promise<Hearing> {
  const hearing = await hearFleet(server.url, bearer(), after);
  open.push(hearing);
  return hearing;
}

const act = (
  { db, clock }: Context,
  object: string,
  place?: { organisation: string; fleet: string | null },
) =>
  db.transaction().execute((trx) =>
    appendAudit(trx, {
      at: clock.now(),
      actor: JUDGE,
      verb: 'test.act',
      object,
      because: 'a test',
      ...(place ? { place } : {}),
    }),
  );

const tests = async () =>
  (
    await sql<{ seq: number; object: string }>`SELECT seq, object FROM installation.audit_entries
      WHERE verb = 'test.act' ORDER BY seq`.execute(database.db)
  ).rows;

test('begins with the number to go on from, and tells what either server changes', async () => {
  const hearing = await hear(one);
  const begin = await hearing.until(({ change }) => change.topic === 'begin');
  expect(begin.id).toBeGreaterThan(0);
  await act(two.context, 'rollout r-one');
  const heard = await hearing.until(({ change }) => change.id === 'r-one');
  expect(heard).toMatchObject({ change: { topic: 'rollout', id: 'r-one' } });
  expect(heard.id).toBeGreaterThan(begin.id ?? 0);
});

test('a reader that is cut again and again, now by this server and now by that, hears each change once and in order', async () => {
  let after = (await (await hear(one)).until(({ change }) => change.topic === 'begin')).id;
  const before = (await tests()).length;
  const writing = (async () => {
    for (let n = 0; n < 60; n++)
      await Promise.all([
        act(one.context, `incident a-${n}`),
        act(two.context, `incident b-${n}`),
        act(one.context, `incident c-${n}`).then(() => act(two.context, `approval d-${n}`)),
      ]);
  })();
  const told: [number | undefined, string][] = [];
  const take = ({ heard }: Hearing) => {
    for (const { id, change } of heard) {
      if (id !== undefined) after = id;
      if (change.id !== null) told.push([id, `${change.topic} ${change.id}`]);
    }
  };
  for (let cut = 0; cut < 12; cut++) {
    const hearing = await hear(cut % 2 === 0 ? one : two, after);
    const from = after ?? 0;
    // Cut in the middle of something, wherever that is.
    await hearing.until(({ id, change }) => change.topic === 'begin' || (id ?? 0) > from);
    await new Promise((resolve) => setTimeout(resolve, 40 * (cut % 4)));
    await hearing.cut();
    take(hearing);
  }
  await writing;
  const last = await hear(two, after);
  const wanted = (await tests()).slice(before);
  const newest = wanted.at(-1)?.seq ?? 0;
  if ((after ?? 0) < newest) await last.until(({ id }) => id === newest);
  take(last);
  expect(wanted).toHaveLength(240);
  expect(told).toEqual(wanted.map(({ seq, object }) => [seq, object]));
});

test('the same thing many times at once is told once, under its last number', async () => {
  const from = (await (await hear(one)).until(({ change }) => change.topic === 'begin')).id;
  for (let n = 0; n < 9; n++) await act(one.context, 'release 9.9.9');
  const newest = (await tests()).at(-1)?.seq;
  const hearing = await hear(two, from);
  await hearing.until(({ id }) => id === newest);
  expect(hearing.heard.filter(({ change }) => change.id === '9.9.9')).toHaveLength(1);
});

describe('who cannot go on where it was', () => {
  const readsAll = async (after: number | string) => {
    const first = (await (await hear(one, after)).until(() => true)).change;
    expect(first.topic).toBe('everything');
  };

  test('because more was missed than is told, reads everything again', async () => {
    const from = (await (await hear(one)).until(({ change }) => change.topic === 'begin')).id ?? 0;
    await sql`INSERT INTO installation.audit_entries (organisation, seq, at, fleet, actor, verb, object, because, previous, hash)
      SELECT 'main', ${from} + n, 0, 'main', 'x', 'test.flood', 'policy', 'x', '', '' FROM generate_series(1, 1001) AS n`.execute(
      database.db,
    );
    await readsAll(from);
    const oneLess = await hear(one, from + 1);
    expect((await oneLess.until(() => true)).change.topic).toBe('begin');
  });

  test('because its number is of another life of the database, reads everything again', () =>
    readsAll(999_999_999));

  test('because its number is none of ours, reads everything again', () => readsAll('abc'));
});

test('devices that report are told together, by whichever server heard them', async () => {
  const hearing = await hear(one);
  await hearing.until(({ change }) => change.topic === 'begin');
  for (let n = 0; n < 40; n++) {
    const body = JSON.stringify(report({ errors: [] }));
    expect((await post(two, '/device/v1/check-in', tokenOf(`d${n}`), body)).status).toBe(200);
  }
  const told = await hearing.until(({ change }) => change.topic === 'devices');
  expect(told).toMatchObject({ id: undefined, change: { id: null } });
  await act(one.context, 'rollout r-after');
  await hearing.until(({ change }) => change.id === 'r-after');
  expect(hearing.heard.filter(({ change }) => change.topic === 'devices').length).toBeLessThan(4);
});

test('a ticket that a help desk sends is told, by whichever server took it', async () => {
  const client = operatorClient(two.url, two.operatorToken, fetch);
  const body = { desk: 'freshdesk', name: 'desk', secret: 'a-secret-of-the-help-desk' } as const;
  const { hook } = await client.call('addTicketHook', { body });
  const hearing = await hear(one);
  await hearing.until(({ change }) => change.topic === 'begin');
  const changes: string[] = [];
  const deaf = one.context.changes.listen(({ kind }) => changes.push(kind));
  const ticket = JSON.stringify({ freshdesk_webhook: { ticket_id: 1, ticket_subject: 'Error 0x45' } });
  const headers = { 'content-type': 'application/json', 'x-tuesday-secret': body.secret };
  const answer = await fetch(two.url + hook.path, { method: 'POST', headers, body: ticket });
  expect(answer.status).toBe(200);
  const told = await hearing.until(({ change }) => change.topic === 'tickets');
  expect(told).toMatchObject({ id: undefined, change: { id: null } });
  deaf();
  expect(changes).toEqual(['tickets']);
});

test('what concerns the whole organisation is for its admins', async () => {
  const ann = await addPerson(one, 'ann', roleSchema.options);
  const vic = await addPerson(one, 'vic', ['viewer']);
  const [admin, viewer] = [await personHears(ann.secret), await personHears(vic.secret)];
  for (const each of [admin, viewer]) await each.until(({ change }) => change.topic === 'begin');
  await act(one.context, 'person pat', { organisation: 'main', fleet: null });
  await act(one.context, 'rollout r-last');
  for (const each of [admin, viewer]) await each.until(({ change }) => change.id === 'r-last');
  const hearsOfPat = ({ heard }: Hearing) => heard.some(({ change }) => change.id === 'pat');
  expect([hearsOfPat(admin), hearsOfPat(viewer)]).toEqual([true, false]);
});

async function personHears(secret: string): Promise<Hearing> {
  const hearing = await hearFleet(one.url, { cookie: `tuesday_session=${secret}` });
  open.push(hearing);
  return hearing;
}

test('a server that stops ends its streams, and another one goes on from the number', async () => {
  const third = await startTestServer(database, ['--shard', '2']);
  const hearing = await hearFleet(third.url, bearer());
  const { id } = await hearing.until(({ change }) => change.topic === 'begin');
  await third.stop();
  await hearing.over;
  await act(one.context, 'code 0x99');
  await (await hear(two, id)).until(({ change }) => change.id === '0x99');
});
