import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { createServer as createPlain, type Server as PlainServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wallClock } from '@tuesday/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useConnections } from './connections.ts';
import { HttpTransport } from './http.ts';
import { MqttTransport } from './mqtt.ts';
import { openSession } from './mqtt-session.ts';
import { proxyFor, proxyOfEnvironment, type ProxySettings } from './proxy.ts';
import { Reconnects } from './reconnects.ts';
import { type Authority, type Certificate, makeAuthority } from './testing/certificates.ts';
import { startProxy, type TestProxy } from './testing/connect-proxy.ts';
import { type EchoPlane, startEchoPlane } from './testing/echo-plane.ts';
import { type Mosquitto, startMosquitto } from './testing/mosquitto.ts';

const P = 'http://proxy:3128';

describe('the proxy for an address', () => {
  test.each<[address: string, settings: ProxySettings, expected: string | undefined]>([
    ['https://ota.example/x', { https: P }, P],
    ['http://ota.example/x', { https: P }, undefined],
    ['http://ota.example/x', { http: P }, P],
    ['mqtts://ota.example', { https: P }, P],
    ['ws://ota.example', { https: P }, P],
    ['https://ota.example', {}, undefined],
    ['https://ota.example', { https: '' }, undefined],
    ['https://ota.example', { https: P, no: ['*'] }, undefined],
    ['https://ota.example', { https: P, no: ['ota.example'] }, undefined],
    ['https://a.ota.example', { https: P, no: ['ota.example'] }, undefined],
    ['https://notota.example', { https: P, no: ['ota.example'] }, P],
    ['https://a.ota.example', { https: P, no: ['.ota.example'] }, undefined],
    ['https://a.ota.example', { https: P, no: ['*.ota.example'] }, undefined],
    ['https://OTA.example', { https: P, no: ['ota.EXAMPLE'] }, undefined],
    ['https://ota.example', { https: P, no: ['ota.example:443'] }, undefined],
    ['https://ota.example:8443', { https: P, no: ['ota.example:443'] }, P],
    ['mqtt://ota.example', { https: P, no: ['ota.example:1883'] }, undefined],
    ['https://127.0.0.1', { https: P, no: ['127.0.0.1'] }, undefined],
    ['https://10.127.0.0.1.example', { https: P, no: ['127.0.0.1'] }, P],
    ['https://[::1]:8443', { https: P, no: ['::1'] }, undefined],
    ['https://[::1]:8443', { https: P, no: ['[::1]'] }, undefined],
    ['https://[::1]:8443', { https: P, no: ['[::1]:8443'] }, undefined],
  ])('%s with %j is %s', (address, settings, expected) => {
    expect(proxyFor(new URL(address), settings)).toBe(expected);
  });

  test('is read from the environment as other programs read it', () => {
    const environment = { HTTPS_PROXY: 'http://a', https_proxy: 'http://b', NO_PROXY: 'x, y' };
    expect(proxyOfEnvironment(environment)).toEqual({ http: undefined, https: 'http://b', no: ['x', 'y'] });
  });
});

/** Names that only the proxy knows: what went past it would not arrive. */
const HOST = 'ota.tuesday.invalid';
const folder = mkdtempSync(join(tmpdir(), 'agent-proxy-'));
const closing: Array<() => Promise<unknown>> = [];
let authority: Authority;
let device: Certificate;
let broker: Mosquitto;
let plane: EchoPlane;
let https: Server;
let http: PlainServer;
let proxy: TestProxy;

beforeAll(async () => {
  authority = makeAuthority(folder);
  device = authority.issue('d1', 'DNS:d1');
  broker = await startMosquitto(join(folder, 'broker'), {
    ...authority,
    issue: (name) => authority.issue(name, `DNS:${HOST},DNS:localhost,IP:127.0.0.1`),
  });
  plane = await startEchoPlane(broker.urls.mqtt);
  const own = authority.issue(HOST, `DNS:${HOST}`);
  const tls = {
    cert: own.cert,
    key: own.key,
    ca: authority.cert,
    requestCert: true,
    rejectUnauthorized: true,
  };
  https = createServer(tls, (request, response) => void request.resume().on('end', () => response.end('{}')));
  http = createPlain((request, response) => void request.resume().on('end', () => response.end('{}')));
  for (const server of [https, http])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(async () => {
  proxy = await startProxy();
  for (const url of Object.values(broker.urls))
    proxy.ports.set(`${HOST}:${new URL(url).port}`, Number(new URL(url).port));
  for (const server of [https, http]) {
    const { port } = server.address() as AddressInfo;
    proxy.ports.set(`${HOST}:${port}`, port);
  }
});
afterEach(async () => {
  useConnections();
  for (const close of closing.splice(0).reverse()) await close();
  await proxy.close();
});
afterAll(async () => {
  await plane?.close();
  await broker?.kill();
  for (const server of [https, http]) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true });
});

const files = () => ({ ca: authority.cert, cert: device.cert, key: device.key });

function mqtt(url: string, settings: ProxySettings) {
  const said: string[] = [];
  const clock = wallClock();
  const transport = new MqttTransport({
    url: url.replace(/127\.0\.0\.1|localhost/, HOST),
    device: 'd1',
    token: 'secret',
    clock,
    reconnects: new Reconnects({ baseMillis: 20, capMillis: 50, breakerAfter: 8 }, clock, Math.random),
    open: openSession,
    tls: files(),
    proxy: settings,
    log: (_, facts) => said.push((facts as { because: string }).because),
  });
  closing.push(() => transport.close());
  return { transport, said };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('through a proxy', () => {
  test.each(['mqtt', 'mqtts', 'ws', 'wss'] as const)('MQTT over %s goes by CONNECT', async (way) => {
    proxy.login = 'user:pass word';
    const login = proxy.url.replace('http://', 'http://user:pass%20word@');
    const { transport } = mqtt(broker.urls[way], { https: login });
    await until(() => transport.upSince !== undefined);
    expect((await transport.request('check-in', { n: 1 })).body).toEqual({ echo: { n: 1 } });
    expect(proxy.seen).toEqual([`CONNECT ${HOST}:${new URL(broker.urls[way]).port}`]);
  });

  test('HTTPS goes by CONNECT, with the authority and the certificate of the device', async () => {
    const { port } = https.address() as AddressInfo;
    useConnections({ tls: files(), proxy: { https: proxy.url } });
    const transport = new HttpTransport({ server: `https://${HOST}:${port}`, token: 'secret' });
    expect((await transport.request('check-in', {})).status).toBe(200);
    expect(proxy.seen).toEqual([`CONNECT ${HOST}:${port}`]);
  });

  test('HTTP is asked for by its whole address', async () => {
    const { port } = http.address() as AddressInfo;
    useConnections({ tls: {}, proxy: { http: proxy.url } });
    const transport = new HttpTransport({ server: `http://${HOST}:${port}`, token: 'secret' });
    expect((await transport.request('check-in', {})).status).toBe(200);
    expect(proxy.seen).toEqual([`POST http://${HOST}:${port}/device/v1/check-in`]);
  });

  test('that refuses is named, and nothing goes past it', async () => {
    proxy.ports.clear();
    const { said } = mqtt(broker.urls.mqtt, { https: proxy.url });
    await until(() => said.length > 0);
    expect(said[0]).toBe(
      `the proxy answered 403 Forbidden to CONNECT ${HOST}:${new URL(broker.urls.mqtt).port}`,
    );
    useConnections({ tls: files(), proxy: { https: proxy.url } });
    const { port } = https.address() as AddressInfo;
    const transport = new HttpTransport({ server: `https://${HOST}:${port}`, token: 'secret' });
    await expect(transport.request('check-in', {})).rejects.toThrow(/403/);
  });

  test('that is gone is named, and nothing goes past it', async () => {
    const dead = 'http://127.0.0.1:9';
    const { said } = mqtt(broker.urls.mqtt.replace('127.0.0.1', 'localhost'), { https: dead });
    await until(() => said.length > 0);
    expect(said[0]).toMatch(/proxy cannot be reached|nobody listens there/);
  });

  test('an address that is excepted does not go', async () => {
    const { said } = mqtt(broker.urls.mqtt, { https: proxy.url, no: [HOST] });
    await until(() => said.length > 0);
    expect(said[0]).toContain('(DNS)');
    expect(proxy.seen).toEqual([]);
  });
});
