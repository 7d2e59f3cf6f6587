import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topics, wallClock } from '@tuesday/protocol';
import { Aedes } from 'aedes';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isolatedSessions } from './isolated-session.ts';
import { MqttTransport, type MqttTransportOptions } from './mqtt.ts';
import { openSession } from './mqtt-session.ts';
import { Reconnects } from './reconnects.ts';
import { type Authority, type Certificate, makeAuthority } from './testing/certificates.ts';
import { type EchoPlane, startEchoPlane } from './testing/echo-plane.ts';
import { type Mosquitto, startMosquitto } from './testing/mosquitto.ts';

const folder = mkdtempSync(join(tmpdir(), 'agent-mqtt-'));
const closing: Array<() => Promise<unknown>> = [];
let authority: Authority;
let device: Certificate;
let broker: Mosquitto;
let plane: EchoPlane;
let old: { url: string; close(): Promise<void> };
let oldPlane: EchoPlane;

beforeAll(async () => {
  authority = makeAuthority(folder);
  device = authority.issue('d1', 'DNS:d1');
  broker = await startMosquitto(join(folder, 'broker'), authority);
  plane = await startEchoPlane(broker.urls.mqtt);
  old = await startAedes();
  oldPlane = await startEchoPlane(old.url);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(async () => {
  await plane?.close();
  await oldPlane?.close();
  await broker?.kill();
  await old?.close();
  rmSync(folder, { recursive: true });
});

const PACE = { baseMillis: 20, capMillis: 200, breakerAfter: 8 };

function connect(url: string, more: Partial<MqttTransportOptions> = {}) {
  const said: string[] = [];
  const announced: number[] = [];
  const transport = new MqttTransport({
    url,
    device: 'd1',
    token: 'secret',
    clock: wallClock(),
    reconnects: new Reconnects(PACE, wallClock(), Math.random),
    open: openSession,
    tls: { ca: authority.cert, cert: device.cert, key: device.key },
    onAnnounced: ({ checkInWithinSeconds }) => announced.push(checkInWithinSeconds),
    log: (_, facts) => said.push((facts as { because: string }).because),
    ...more,
  });
  closing.push(() => transport.close());
  return { transport, said, announced };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const sessions = [
  ['in this thread', openSession],
  ['in a worker', isolatedSessions()],
] as const;
const ways = ['mqtt', 'mqtts', 'ws', 'wss'] as const;
const cells = sessions.flatMap(([where, open]) =>
  ways.flatMap((way) => ([4, 5] as const).map((version) => ({ where, open, way, version }))),
);

describe('a session with mosquitto', () => {
  test.each(cells)(
    '$where, over $way, MQTT version $version, carries requests and announcements',
    async ({ open, way, version }) => {
      const { transport, announced } = connect(broker.urls[way], { open, version });
      await until(() => transport.upSince !== undefined);
      const bodies = [1, 2, 3].map((n) => ({ n }));
      const answers = await Promise.all(bodies.map((body) => transport.request('check-in', body)));
      expect(answers).toEqual(
        bodies.map((body) => ({ status: 200, body: { echo: body }, transport: 'mqtt' })),
      );
      await plane.publish(topics.announcements, 'nonsense');
      await plane.publish(topics.announcements, '{"checkInWithinSeconds":60}');
      await until(() => announced.length > 0);
      expect(announced).toEqual([60]);
      const spoken = broker.log.findLast(
        (line) => line.includes('connected from') && line.includes(' as d1 '),
      );
      expect(spoken).toContain(`(p${version === 4 ? 2 : 5}, c1,`);
    },
  );

  test('without a certificate of its own is refused where one is required, and the log says so', async () => {
    const { said } = connect(broker.urls.mqtts, { tls: { ca: authority.cert } });
    await until(() => said.length > 0);
    expect(said[0]).toMatch(/wants a certificate of this device|closed the connection|was cut/);
  });

  test('whose authority is not the configured one is not trusted, and the log says so', async () => {
    const stranger = makeAuthority(folder, 'stranger');
    const { said } = connect(broker.urls.wss, { tls: { ...device, ca: stranger.cert } });
    await until(() => said.length > 0);
    expect(said[0]).toContain('an authority that this device does not trust');
  });

  test('is renewed after the broker was killed and came back', async () => {
    const { transport } = connect(broker.urls.mqtt);
    await until(() => transport.upSince !== undefined);
    await broker.kill();
    await until(() => transport.upSince === undefined);
    await expect(transport.request('check-in', {})).rejects.toThrow('no MQTT session');
    await broker.restart();
    await until(() => transport.upSince !== undefined);
    const before = plane.heard;
    // The other end comes back when it likes, too.
    await until(() => {
      if (plane.heard === before) transport.request('check-in', {}).catch(() => undefined);
      return plane.heard > before;
    });
  });

  test.each([
    [4, 'the broker refused: not authorised (code 5)'],
    [5, 'the broker refused: not authorised (code 0x87)'],
  ] as const)('of version %i that is not let in has the reason in the log', async (version, words) => {
    const closed = await startMosquitto(join(folder, 'closed'), undefined, 'allow_anonymous false');
    closing.push(() => closed.kill());
    const { said } = connect(closed.urls.mqtt, { version });
    await until(() => said.length > 0);
    expect(said).toEqual([words]);
  });

  test('does not send a message that is too large, and stays', async () => {
    const { transport } = connect(broker.urls.mqtt);
    await until(() => transport.upSince !== undefined);
    await expect(transport.request('check-in', { x: 'x'.repeat(2_000_000) })).rejects.toThrow('at most');
    expect((await transport.request('check-in', {})).status).toBe(200);
  });
});

describe('the version', () => {
  test('falls back to 3.1.1 where 5 is refused, and is remembered', async () => {
    const versions: number[] = [];
    const { transport, said } = connect(old.url, { onVersion: (version) => versions.push(version) });
    await until(() => transport.upSince !== undefined);
    expect(versions).toEqual([4]);
    expect(said).toEqual([
      expect.stringContaining('does not speak this version'),
      'connected with MQTT 3.1.1',
    ]);
    expect((await transport.request('check-in', {})).status).toBe(200);
    await transport.close();
    const again = connect(old.url, { remembered: 4, onVersion: (version) => versions.push(version) });
    await until(() => again.transport.upSince !== undefined);
    expect(again.said).toEqual(['connected with MQTT 3.1.1']);
    expect(versions).toEqual([4]);
  });

  test('5 is taken where the broker speaks it', async () => {
    const versions: number[] = [];
    const { transport } = connect(broker.urls.mqtt, { onVersion: (version) => versions.push(version) });
    await until(() => transport.upSince !== undefined);
    expect(versions).toEqual([5]);
  });

  test('that is fixed is not left, whatever the broker says', async () => {
    const { transport, said } = connect(old.url, { version: 5 });
    await until(() => said.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([transport.upSince, said.length]).toEqual([undefined, 1]);
  });
});

/** The server's embedded broker speaks 3.1.1 only. */
async function startAedes(): Promise<{ url: string; close(): Promise<void> }> {
  const aedes = await Aedes.createBroker();
  const server = createServer((socket) => void aedes.handle(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    url: `mqtt://127.0.0.1:${port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      await closed;
    },
  };
}
