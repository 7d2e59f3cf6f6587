import { createServer as createHttpServer, type Server } from 'node:http';
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import { type Clock, clockOf, topics } from '@tuesday/protocol';
import { Aedes } from 'aedes';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Breaker } from './breaker.ts';
import { HttpTransport } from './http.ts';
import { Ladder } from './ladder.ts';
import { MqttTransport } from './mqtt.ts';

let skipped = 0;
const running = clockOf({ origin: 0, at: 0, rate: 1_000 });
/** Runs fast, and can be moved on. */
const clock: Clock = { ...running, now: () => running.now() + skipped };
const answer = { protocol: 1 };

let http: Server;
let httpAsked = 0;
let broker: CuttableBroker;
let announced: number[] = [];
let mqtt: MqttTransport;
let ladder: Ladder;

beforeEach(async () => {
  httpAsked = 0;
  skipped = 0;
  announced = [];
  http = createHttpServer((request, response) => {
    httpAsked += 1;
    request.resume().on('end', () => response.end(JSON.stringify(answer)));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  broker = await startCuttableBroker();
  mqtt = new MqttTransport({
    url: `mqtt://127.0.0.1:${broker.port}`,
    device: 'd1',
    token: 'secret',
    clock,
    random: Math.random,
    reconnect: { baseMillis: 1_000, capMillis: 20_000, breakerAfter: 5 },
    onAnnounced: ({ checkInWithinSeconds }) => announced.push(checkInWithinSeconds),
  });
  const { port } = http.address() as AddressInfo;
  const rungs = [mqtt, new HttpTransport({ server: `http://127.0.0.1:${port}`, token: 'secret' })];
  ladder = new Ladder({ rungs, clock, returnAfterMillis: 600_000_000 });
  await until(() => mqtt.up);
});
afterEach(async () => {
  await ladder.close();
  await broker.close();
  http.closeAllConnections();
  http.close();
});

describe('the ladder of reach', () => {
  test('MQTT carries requests, each with its own answer', async () => {
    const bodies = [1, 2, 3, 4].map((n) => ({ n }));
    const answers = await Promise.all(bodies.map((body) => ladder.request('check-in', body)));
    expect(answers).toEqual(bodies.map((body) => ({ status: 200, body: { echo: body }, transport: 'mqtt' })));
    expect(httpAsked).toBe(0);
  });

  test('HTTP takes over while the broker is gone, and for a while after it is back', async () => {
    await broker.cut();
    expect(await ladder.request('check-in', {})).toEqual({ status: 200, body: answer, transport: 'http' });
    await broker.restore();
    await until(() => mqtt.up);
    expect((await ladder.request('check-in', {})).transport).toBe('http');
    skipped = 700_000_000;
    expect((await ladder.request('check-in', {})).transport).toBe('mqtt');
  });

  test('a request that is under way when the broker goes is answered over HTTP', async () => {
    broker.mute = true;
    const asked = ladder.request('check-in', {});
    await until(() => broker.heard > 0);
    await broker.cut();
    expect((await asked).transport).toBe('http');
  });

  test('MQTT answers when HTTP is gone too soon after it came back', async () => {
    await broker.cut();
    await ladder.request('check-in', {});
    await broker.restore();
    await until(() => mqtt.up);
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
    expect((await ladder.request('check-in', {})).transport).toBe('mqtt');
  });

  test('with every rung cut it says so', async () => {
    await broker.cut();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
    await expect(ladder.request('check-in', {})).rejects.toThrow(/ECONNREFUSED/);
  });

  test('announcements are heard, nonsense is not', async () => {
    broker.publish(topics.announcements, 'nonsense');
    broker.publish(topics.announcements, '{"checkInWithinSeconds":-1}');
    broker.publish(topics.announcements, '{"checkInWithinSeconds":60}');
    await until(() => announced.length > 0);
    expect(announced).toEqual([60]);
  });

  test('announcements of a fleet are heard by its devices, and those of the first fleet are not', async () => {
    const heard: number[] = [];
    const announcements = topics.announcementsOf('acme');
    const other = new MqttTransport({
      url: `mqtt://127.0.0.1:${broker.port}`,
      device: 'd2',
      token: 'secret',
      announcements,
      clock,
      random: Math.random,
      reconnect: { baseMillis: 1_000, capMillis: 20_000, breakerAfter: 5 },
      onAnnounced: ({ checkInWithinSeconds }) => heard.push(checkInWithinSeconds),
    });
    await until(() => other.up);
    broker.publish(topics.announcements, '{"checkInWithinSeconds":60}');
    broker.publish(announcements, '{"checkInWithinSeconds":70}');
    broker.publish(topics.announcements, '{"checkInWithinSeconds":80}');
    await until(() => heard.length > 0 && announced.length > 1);
    expect([announced, heard]).toEqual([[60, 80], [70]]);
    await other.close();
  });
});

describe('the breaker', () => {
  const at = { now: 0 };
  const still: Clock = { ...clock, now: () => at.now };
  const options = { baseMillis: 1_000, capMillis: 60_000, breakerAfter: 4 };

  test.each([
    [1, 2_000],
    [2, 4_000],
    [3, 8_000],
    [4, 90_000],
    [9, 90_000],
  ])('after %i failures it waits up to %i ms', (failures, longest) => {
    const breaker = new Breaker(options, still, () => 1);
    for (let n = 0; n < failures; n++) breaker.failed();
    expect(breaker.waitMillis).toBe(longest);
    breaker.succeeded();
    expect(breaker.waitMillis).toBe(0);
  });

  test('many devices that fail together do not come back together', () => {
    const waits = Array.from({ length: 100 }, () => {
      const breaker = new Breaker(options, still, Math.random);
      for (let n = 0; n < 5; n++) breaker.failed();
      return Math.floor(breaker.waitMillis / 6_000);
    });
    expect(new Set(waits).size).toBeGreaterThanOrEqual(6);
  });
});

interface CuttableBroker {
  readonly port: number;
  readonly heard: number;
  /** Hears requests and does not answer. */
  mute: boolean;
  publish(topic: string, text: string): void;
  cut(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** A real broker with a server behind it that echoes what it is asked. */
async function startCuttableBroker(): Promise<CuttableBroker> {
  const aedes = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  let server: NetServer;
  let port = 0;
  const listen = async () => {
    server = createServer((socket) => {
      sockets.add(socket.on('close', () => sockets.delete(socket)));
      void aedes.handle(socket);
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  };
  const publish = (topic: string, text: string) =>
    aedes.publish(
      { cmd: 'publish', topic, payload: text, qos: 1, retain: false, dup: false },
      () => undefined,
    );
  await listen();
  const plane = {
    get port() {
      return port;
    },
    heard: 0,
    mute: false,
    publish,
    async cut() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      await until(() => !mqtt.up);
    },
    restore: listen,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
  aedes.subscribe(
    topics.allUp,
    (packet, done) => {
      plane.heard += 1;
      const { request, body } = JSON.parse(packet.payload.toString()) as { request: string; body: unknown };
      const reply = JSON.stringify({ request, status: 200, body: { echo: body } });
      if (!plane.mute) publish(topics.answers('d1'), reply);
      done();
    },
    () => undefined,
  );
  return plane;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
