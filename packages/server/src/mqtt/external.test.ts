import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mqttAnswerSchema, topics } from '@tuesday/protocol';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import { enrolDevices, report, tokenOf } from '../testing/fleet.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'tuesday-mosquitto-'));
let broker: ChildProcess;
let url: string;
let database: FreshDatabase;
let servers: TestServer[];

beforeAll(async () => {
  const port = await freePort();
  writeFileSync(join(folder, 'conf'), `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  broker = spawn('/usr/sbin/mosquitto', ['-v', '-c', join(folder, 'conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    broker.once('error', reject);
    broker.stderr?.on('data', (data: Buffer) => {
      if (data.toString().includes('running')) resolve();
    });
  });
  url = `mqtt://127.0.0.1:${port}`;
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
  const ended = new Promise((resolve) => broker.once('exit', resolve));
  broker.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

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
