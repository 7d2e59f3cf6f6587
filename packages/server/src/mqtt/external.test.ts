import { mqttAnswerSchema, topics } from '@tuesday/protocol';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import { enrolDevices, report, tokenOf } from '../testing/fleet.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { type Mosquitto, startMosquitto } from './testing/mosquitto.ts';

let broker: Mosquitto;
let url: string;
let database: FreshDatabase;
let servers: TestServer[];

beforeAll(async () => {
  broker = await startMosquitto();
  ({ url } = broker);
  database = await freshDatabase();
  await enrolDevices(database.pool, 20);
  servers = [
    await startTestServer(database, ['--mqtt', url]),
    await startTestServer(database, ['--mqtt', url, '--shard', '1']),
  ];
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  await database.drop();
  await broker[Symbol.asyncDispose]();
});

test('two servers behind mosquitto share the messages: each is answered once', async () => {
  const client = await connectAsync(url);
  const answers: string[] = [];
  await client.subscribeAsync('tuesday/v1/devices/+/answers', { qos: 1 });
  const all = new Promise<void>((resolve) => {
    client.on('message', (_topic, payload) => {
      answers.push(mqttAnswerSchema.parse(JSON.parse(payload.toString())).request);
      if (answers.length === 20) resolve();
    });
  });
  for (let index = 0; index < 20; index++) {
    const message = { token: tokenOf(`d${index}`), request: `r${index}`, body: report() };
    await client.publishAsync(topics.up(`d${index}`, 'check-in'), JSON.stringify(message), { qos: 1 });
  }
  await all;
  expect(new Set(answers).size).toBe(20);
  await client.endAsync();
});

test('both announce through it', async () => {
  const client = await connectAsync(url);
  await client.subscribeAsync(topics.announcements);
  for (const server of servers) {
    const heard = new Promise<string>((resolve) => {
      client.once('message', (_topic, payload) => resolve(payload.toString()));
    });
    await server.context.announce(60_000);
    expect(await heard).toBe('{"checkInWithinSeconds":60}');
  }
  await client.endAsync();
});
