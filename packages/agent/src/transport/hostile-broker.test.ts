import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wallClock } from '@tuesday/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HttpTransport } from './http.ts';
import { isolatedSessions } from './isolated-session.ts';
import { Ladder } from './ladder.ts';
import { MqttTransport, type MqttTransportOptions } from './mqtt.ts';
import { openSession } from './mqtt-session.ts';
import { PacketLimit } from './packet-limit.ts';
import { Reconnects } from './reconnects.ts';
import * as brokers from './testing/hostile-brokers.ts';

const folder = mkdtempSync(join(tmpdir(), 'agent-hostile-'));
const closing: Array<() => Promise<unknown>> = [];
let http: Server;
let server: string;

beforeAll(async () => {
  http = createServer((request, response) => void request.resume().on('end', () => response.end('{"ok":1}')));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  server = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => {
  http.closeAllConnections();
  http.close();
  rmSync(folder, { recursive: true });
});

/** A ladder with this broker on its first rung. */
function reach(url: string, more: Partial<MqttTransportOptions> = {}) {
  const said: string[] = [];
  const clock = wallClock();
  const mqtt = new MqttTransport({
    url,
    device: 'd1',
    token: 'secret',
    clock,
    version: 4,
    reconnects: new Reconnects({ baseMillis: 20, capMillis: 50, breakerAfter: 8 }, clock, Math.random),
    open: openSession,
    answerMillis: 300,
    keepAliveMillis: 100,
    log: (_, facts) => said.push((facts as { because: string }).because),
    ...more,
  });
  const rungs = [mqtt, new HttpTransport({ server, token: 'secret' })];
  const ladder = new Ladder({ rungs, clock, steadyMillis: 600_000 });
  closing.push(() => ladder.close());
  return { ladder, mqtt, said };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const write = (bytes: Uint8Array) => (socket: Socket) => void socket.write(bytes);

describe('a broker that', () => {
  test.each<[sentence: string, act: (socket: Socket) => void, said: RegExp]>([
    ['accepts and never answers', () => undefined, /no session after 0.3 s/],
    ['hangs up at once', (socket) => socket.destroy(), /closed the connection|was cut/],
    [
      'answers with HTML',
      write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n<html>')),
      /announced|nonsense|sense/,
    ],
    ['answers with zeros', write(Buffer.alloc(4_096)), /nonsense|no sense/],
    ['answers with ones', write(Buffer.alloc(4_096, 0xff)), /no MQTT packet/],
    ['announces 256 MB at once', write(brokers.hugeHeader), /a packet of 268435455 bytes/],
    ['accepts twice', write(Buffer.concat([brokers.connack, brokers.connack])), /accepted twice/],
    [
      'comes up and announces 256 MB',
      brokers.welcoming((socket) => {
        socket.write(brokers.hugeHeader);
        socket.write(Buffer.alloc(1_048_576));
      }),
      /a packet of 268435455 bytes/,
    ],
    ['comes up and falls silent', brokers.welcoming(() => undefined), /silent for 0.2 s/],
    [
      'comes up and sends nonsense',
      brokers.welcoming((socket) => socket.write(Buffer.from([0xf0, 0x00, 0x00, 0x02, 0x01, 0x00]))),
      /nonsense|no sense/,
    ],
  ])('%s is left with its reason, while HTTP answers', async (_sentence, act, words) => {
    const broker = await brokers.hostile(act);
    closing.push(() => broker.close());
    const { ladder, said } = reach(broker.url);
    await until(() => said.some((line) => words.test(line)));
    const { status, transport } = await ladder.request('check-in', {});
    expect({ status, transport }).toEqual({ status: 200, transport: 'http' });
  });

  test('says why it ends a session of MQTT 5 is quoted', async () => {
    const broker = await brokers.hostile((socket) =>
      socket.once('data', () => socket.write(Buffer.concat([brokers.connack5, brokers.disconnect(0x8e)]))),
    );
    closing.push(() => broker.close());
    const { said } = reach(broker.url, { version: 5 });
    await until(() => said.length > 0);
    expect(said[0]).toContain('another client took the session over (code 0x8e)');
  });

  test('takes requests and never answers costs one time-out, not one for each request', async () => {
    const broker = await brokers.hostile(
      brokers.welcoming((socket) => setInterval(() => socket.write(Buffer.from([0xd0, 0])), 20).unref()),
    );
    closing.push(() => broker.close());
    const { ladder, mqtt } = reach(broker.url);
    await until(() => mqtt.upSince !== undefined);
    let asked = 0;
    const real = mqtt.request.bind(mqtt);
    mqtt.request = (verb, body) => ((asked += 1), real(verb, body));
    for (let n = 0; n < 5; n++) expect((await ladder.request('check-in', {})).transport).toBe('http');
    expect(asked).toBe(1);
  });
});

describe('a worker that', () => {
  test.each<[sentence: string, program: string, said: RegExp, beatMillis?: number]>([
    ['loops', 'for (;;);', /did not answer/, 300],
    ['loops later', 'setTimeout(() => { for (;;); }, 50);', /did not answer/, 600],
    ['throws at once', "throw new Error('oops');", /failed: oops/],
    ['throws from a timer', "setTimeout(() => { throw new Error('late'); }, 20);", /failed: late/],
    ['ends', 'process.exit(7);', /ended with 7/],
    [
      'fills its heap',
      'const all = []; for (;;) all.push(new Array(500_000).fill(all.length));',
      /memory limit|heap/i,
    ],
    [
      'fills buffers beside its heap',
      `const { parentPort } = require('node:worker_threads');
       const all = Array.from({ length: 40 }, () => Buffer.alloc(1_048_576, 1));
       parentPort.on('message', () =>
         parentPort.postMessage({ tell: 'alive', outsideHeap: process.memoryUsage().arrayBuffers + all.length }));`,
      /held \d{8} bytes/,
    ],
    [
      'rejects and nobody hears',
      "void Promise.reject(new Error('lost')); setInterval(() => 0, 50);",
      /failed: lost/,
    ],
  ])(
    '%s is ended with its reason, while HTTP answers',
    async (sentence, program, words, beatMillis = 5_000) => {
      const file = join(folder, `${sentence.replaceAll(' ', '-')}.cjs`);
      writeFileSync(file, program);
      const { ladder, said } = reach('mqtt://127.0.0.1:9', {
        open: isolatedSessions({ beatMillis, program: file }),
      });
      await until(() => said.some((line) => words.test(line)));
      const { status, transport } = await ladder.request('check-in', {});
      expect({ status, transport }).toEqual({ status: 200, transport: 'http' });
    },
  );

  test('cannot be made at all is said, and tried again', async () => {
    let tries = 0;
    const { said } = reach('mqtt://127.0.0.1:9', {
      open: () => {
        tries += 1;
        throw new Error('no more threads');
      },
    });
    await until(() => tries > 2);
    expect(said).toEqual(['no more threads']);
  });
});

describe('the limit of packets', () => {
  const publish = (length: number) => [
    0x30,
    ...(length < 128 ? [length] : [(length % 128) | 128, Math.floor(length / 128)]),
    ...Array.from({ length }, () => 7),
  ];

  test('holds however the bytes are cut', () => {
    const stream = Uint8Array.from([...publish(0), ...publish(5), ...publish(300), ...publish(100)]);
    for (let size = 1; size <= stream.length; size++) {
      const limit = new PacketLimit(300);
      for (let at = 0; at < stream.length; at += size) limit.feed(stream.subarray(at, at + size));
      const tight = new PacketLimit(299);
      expect(() => {
        for (let at = 0; at < stream.length; at += size) tight.feed(stream.subarray(at, at + size));
      }).toThrow('300 bytes');
    }
  });
});
