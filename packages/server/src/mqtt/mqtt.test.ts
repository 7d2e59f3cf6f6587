import { type Announcement, mqttAnswerSchema, type MqttAnswer, topics } from '@tuesday/protocol';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import { enrolDevices, outcome, report, tokenOf, startRollout } from '../testing/fleet.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';

let database: FreshDatabase;
let first: TestServer;
/** Has the first one's broker as an outside broker would be: signs in as a client. */
let clients: MqttClient[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  await startRollout(database.pool, await enrolDevices(database.pool, 3));
  first = await startTestServer(database);
});
afterEach(async () => {
  for (const client of clients) await client.endAsync(true);
  clients = [];
});
afterAll(async () => {
  await first.stop();
  await database.drop();
});

async function signIn(device: string, token = tokenOf(device)): Promise<MqttClient> {
  const client = await connectAsync(
    first.mqtt,
    { username: device, password: token, reconnectPeriod: 0, clean: true },
    false,
  );
  clients.push(client);
  return client;
}

const next = (client: MqttClient) =>
  new Promise<{ topic: string; text: string }>((resolve) => {
    client.once('message', (topic, payload) => resolve({ topic, text: payload.toString() }));
  });
const gone = (client: MqttClient) => new Promise<void>((resolve) => client.once('close', () => resolve()));

async function ask(
  client: MqttClient,
  device: string,
  verb: 'check-in' | 'outcomes',
  body: unknown,
  token = tokenOf(device),
): Promise<MqttAnswer> {
  await client.subscribeAsync(topics.answers(device), { qos: 1 });
  const answer = next(client);
  await client.publishAsync(topics.up(device, verb), JSON.stringify({ token, request: 'r1', body }), {
    qos: 1,
  });
  return mqttAnswerSchema.parse(JSON.parse((await answer).text));
}

describe('over MQTT', () => {
  test('a check-in and an outcome are answered as over HTTP', async () => {
    const client = await signIn('d0');
    const offered = await ask(client, 'd0', 'check-in', report());
    expect(offered).toMatchObject({ request: 'r1', status: 200, body: { offer: { kind: 'update' } } });
    const told = await ask(client, 'd0', 'outcomes', outcome('installed'));
    expect(told).toMatchObject({ status: 200, body: { accepted: true } });
    expect(await ask(client, 'd0', 'outcomes', { protocol: 1 })).toMatchObject({ status: 400 });
  });

  test('a message with the token of another device is refused', async () => {
    const client = await signIn('d0');
    expect(await ask(client, 'd0', 'check-in', report(), tokenOf('d1'))).toMatchObject({
      status: 401,
      body: { refused: { code: 'unauthenticated' } },
    });
  });

  test('an announcement reaches who listens', async () => {
    const client = await signIn('d1');
    await client.subscribeAsync(topics.announcements);
    const heard = next(client);
    await first.context.announce(90_000);
    const announcement = JSON.parse((await heard).text) as Announcement;
    expect(announcement).toEqual({ checkInWithinSeconds: 90 });
  });

  test.each<[string, string, string]>([
    ['a wrong token', 'd0', tokenOf('d1')],
    ['no such device', 'd9', tokenOf('d9')],
    ['no token', 'd0', ''],
  ])('%s does not sign in', async (_sentence, device, token) => {
    await expect(signIn(device, token)).rejects.toThrow(/bad username or password/i);
  });

  test.each<[string, string, string, boolean]>([
    ['the topic of another device', topics.up('d1', 'check-in'), '{}', false],
    ['an announcement', topics.announcements, '{"checkInWithinSeconds":0}', false],
    ['a message to be retained', topics.up('d0', 'check-in'), '{}', true],
    ['three megabytes', topics.up('d0', 'check-in'), 'x'.repeat(3_000_000), false],
  ])('who publishes %s is cut off, and the others are not', async (_sentence, topic, payload, retain) => {
    const good = await signIn('d2');
    const bad = await signIn('d0');
    const cut = gone(bad);
    bad.publish(topic, payload, { qos: 1, retain });
    await cut;
    expect(await ask(good, 'd2', 'check-in', report())).toMatchObject({ status: 200 });
  });

  test('the answers of another device cannot be subscribed to', async () => {
    const client = await signIn('d0');
    const [own, foreign, all] = await Promise.all(
      [topics.answers('d0'), topics.answers('d1'), '#'].map((topic) =>
        client.subscribeAsync(topic).then(
          ([granted]) => granted?.qos,
          () => 128,
        ),
      ),
    );
    expect([own, foreign, all]).toEqual([0, 128, 128]);
  });

  test('what is no request at all is dropped, and the next one is answered', async () => {
    const client = await signIn('d0');
    for (const payload of ['', '{', 'null', '{"token":1}'])
      await client.publishAsync(topics.up('d0', 'check-in'), payload, { qos: 1 });
    expect(await ask(client, 'd0', 'check-in', report({}, '3.2.5'))).toMatchObject({ status: 200 });
  });
});
