/** Captive portals, balancers and clocks: what an answer on the wire means to the core. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CheckIn, wallClock } from '@tuesday/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { openSession } from '../transport/mqtt-session.ts';
import { DeviceLink } from './device-link.ts';

let server: Server;
let link: DeviceLink;
let said: object[] = [];
afterEach(async () => {
  await link.close();
  server.closeAllConnections();
  server.close();
});

async function start(act: RequestListener): Promise<void> {
  said = [];
  server = createServer((request, response) => void request.resume().on('end', () => act(request, response)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  link = new DeviceLink({
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    identity: { device: 'd1', token: 'secret' },
    clock: wallClock(),
    random: Math.random,
    reconnect: { baseMillis: 5_000, capMillis: 600_000, breakerAfter: 8 },
    spreadMillis: 0,
    steadyMillis: 1_000,
    mqtt: { open: openSession },
    onAnnounced: () => undefined,
    log: (_, facts) => said.push(facts),
  });
}

const report: CheckIn = {
  protocol: 1,
  agent: '0.1.0',
  hardware: 'th-2',
  active: 'a',
  slots: { a: { state: 'confirmed' }, b: { state: 'empty' } },
  bootAttempts: 0,
  health: { ok: true },
  errors: [],
  environment: {},
  transport: 'http',
  updates: 0,
  rolledBackFrom: [],
  root: 1,
};

describe('a check-in', () => {
  test.each<
    [sentence: string, status: number, headers: Record<string, string>, body: string, expected: object]
  >([
    [
      'that is answered brings the answer',
      200,
      {},
      '{"protocol":1,"pollAfterSeconds":60,"reconnectWithinSeconds":220,"offer":{"kind":"none","because":"x"}}',
      { is: 'checked-in', transport: 'http', answer: { reconnectWithinSeconds: 220 } },
    ],
    [
      'into a captive portal failed, and says of what',
      200,
      { 'content-type': 'text/html' },
      '<html>Accept our terms</html>',
      { is: 'check-in-failed', because: expect.stringContaining('is there a portal or proxy in between?') },
    ],
    [
      'that is shed failed, and says until when',
      503,
      { 'retry-after': '7' },
      '{"refused":{"code":"busy","because":"too many reports","try":"later"}}',
      { is: 'check-in-failed', because: 'too many reports', retryAfterMillis: 7_000 },
    ],
    [
      'that is shed by a balancer failed likewise',
      429,
      { 'retry-after': '7', 'content-type': 'text/html' },
      '<html>',
      { is: 'check-in-failed', because: 'the server answered 429', retryAfterMillis: 7_000 },
    ],
    [
      'whose answer promises a spread of ten years failed',
      200,
      {},
      '{"protocol":1,"pollAfterSeconds":60,"reconnectWithinSeconds":315360000,"offer":{"kind":"none","because":"x"}}',
      { is: 'check-in-failed', because: 'the server answered 200' },
    ],
  ])('%s', async (_, status, headers, body, expected) => {
    await start((_request, response) => response.writeHead(status, headers).end(body));
    expect(await link.checkIn(report)).toMatchObject(expected);
  });

  test('says in the log what is in the way once, and when it is gone', async () => {
    let portal = true;
    await start((_, response) =>
      response.end(
        portal ? '<html>' : '{"protocol":1,"pollAfterSeconds":60,"offer":{"kind":"none","because":"x"}}',
      ),
    );
    for (let n = 0; n < 3; n++) await link.checkIn(report);
    portal = false;
    for (let n = 0; n < 3; n++) await link.checkIn(report);
    expect(said).toEqual([
      { by: 'none', failures: [expect.stringContaining('portal')] },
      { by: 'http', failures: [] },
    ]);
  });
});
