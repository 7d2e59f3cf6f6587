/** A code that nobody knows, from devices that show it over a server that is killed to the customer who looks it up. */
import { createHmac } from 'node:crypto';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CodeListView, ImportView, TicketListView, TicketHookView } from '@tuesday/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root, ServerProcess } from './testing/server-process.ts';
import { publishSigned, trustAliceAndBob } from './testing/signed-release.ts';

let server: ServerProcess;

beforeAll(async () => {
  server = await ServerProcess.make('');
  await server.start();
  cpSync(join(root, 'examples/thermostat/codes.yaml'), join(server.folder, 'codes.yaml'));
  cpSync(join(root, 'examples/thermostat/firmware/errors.h'), join(server.folder, 'errors.h'));
}, 120_000);
afterAll(() => server.remove());

const json = async <T>(...args: string[]) => JSON.parse(await server.tuesday(...args, '--json')) as T;

async function enrol(device: string): Promise<string> {
  const response = await fetch(`${server.url}/device/v1/enrol`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.secret('fleet.json', 'fleetKey')}` },
    body: JSON.stringify({ protocol: 1, device, hardware: 'th-2' }),
  });
  return ((await response.json()) as { token: string }).token;
}

async function checkIn(token: string, errors: string[]): Promise<void> {
  const report = {
    protocol: 1,
    agent: '0.1.0',
    hardware: 'th-2',
    active: 'a',
    slots: { a: { state: 'confirmed', version: '1.0.0' }, b: { state: 'empty' } },
    bootAttempts: 0,
    health: { ok: true },
    errors,
    environment: { broker: 'mosquitto 2.0.18' },
    transport: 'http',
    updates: 0,
    rolledBackFrom: [],
    root: 1,
  };
  const response = await fetch(`${server.url}/device/v1/check-in`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(report),
  });
  expect(response.status).toBe(200);
}

/** Asks until the stub is as it should be; the test's own limit ends it otherwise. */
async function stubOf(code: string, isReady: (devices: number) => boolean) {
  for (;;) {
    const { codes } = await server.operator.call('listCodes', { query: { state: 'stub' } });
    const found = codes.find((one) => one.code === code);
    if (found && isReady(found.devices)) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const page = async (path: string) => {
  const response = await fetch(server.url + path, { headers: { 'accept-language': 'de' } });
  return { status: response.status, text: await response.text() };
};

test('a release that can raise what it does not document is refused by the command line', async () => {
  await trustAliceAndBob(server);
  writeFileSync(join(server.folder, 'raises.yaml'), "- '0x45'\n- '0x77'\n");
  await expect(
    publishSigned(server, '1.0.0', '--codes', 'codes.yaml', '--raises', 'raises.yaml'),
  ).rejects.toMatchObject({
    code: 3,
    stderr: expect.stringContaining(
      'release 1.0.0 can raise codes that it does not document: 0x77',
    ) as unknown,
  });
  await publishSigned(server, '1.0.0', '--codes', 'codes.yaml', '--raises', 'errors.h', '--prefix', 'ERR_');
  expect(await page('/support/0x045')).toMatchObject({
    status: 200,
    text: expect.stringContaining('Ziehen Sie nicht den Stecker') as unknown,
  });
});

test('a code that nobody knows is counted, called for once and explained, though the server is killed', async () => {
  const tokens = await Promise.all(['th-1', 'th-2', 'th-3'].map(enrol));
  for (const token of tokens.slice(0, 2)) await checkIn(token, ['0x077']);
  // Before or after it has settled: what was answered is not lost, and nothing is told twice.
  await server.end('SIGKILL');
  await server.start();
  await stubOf('0x77', (devices) => devices === 2);
  await checkIn(tokens[2] ?? '', ['0x77']);
  await stubOf('0x77', (devices) => devices === 3);
  await server.end('SIGKILL');
  await server.start();
  const { entries } = await server.operator.call('listAudit', { query: { verb: 'code', limit: 100 } });
  expect(entries.map(({ verb, object }) => `${verb} ${object}`)).toEqual([
    'code.open code 0x77',
    'code.page code 0x77',
  ]);
  expect(await page('/support/0x77')).toMatchObject({ status: 404 });
  const because = 'seen on three devices';
  const words = ['--title', 'Valve <b>stuck</b>', '--meaning', 'It does not move.', '--customer', 'Call us.'];
  await server.tuesday('codes', 'document', '0x77', ...words, '--severity', 'critical', '--because', because);
  const { codes } = await json<CodeListView>('codes', 'list', '--search', 'valve');
  expect(codes).toMatchObject([{ code: '0x77', state: 'written', devices: 3 }]);
  expect(await server.tuesday('codes', 'view', '0x77')).toContain('mosquitto 2.0.18');
  const shown = async () => (await page('/support/0x77')).text;
  while (!(await shown()).includes('Call us.')) await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await shown()).toContain('Valve &lt;b&gt;stuck&lt;/b&gt;');
});

test('tickets come by file and by Zendesk, each once', async () => {
  writeFileSync(join(server.folder, 'tickets.csv'), 'Ticket ID,Subject,Device\n1,Error 0x45,th-1\n2,dead,\n');
  const view = await json<ImportView>('ticket', 'import', 'tickets.csv');
  expect(view).toEqual({
    lines: 2,
    added: 2,
    known: 0,
    withoutCode: 1,
    codes: [{ code: '0x45', tickets: 1 }],
  });
  const { hook } = await json<{ hook: TicketHookView }>('ticket', 'hook', 'add', 'zendesk');
  writeFileSync(join(server.folder, 'secret'), 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==\n');
  await server.tuesday('ticket', 'hook', 'secret', hook.hook, '--secret-file', 'secret');
  const body = JSON.stringify({ ticket: 2, subject: 'dead', description: 'it says 0X45' });
  const timestamp = new Date().toISOString();
  for (let time = 0; time < 2; time++) {
    const response = await fetch(server.url + hook.path, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-zendesk-webhook-signature-timestamp': timestamp,
        'x-zendesk-webhook-signature': createHmac('sha256', 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==')
          .update(timestamp + body)
          .digest('base64'),
      },
    });
    expect(response.status).toBe(200);
  }
  const { codes, withoutCode } = await json<TicketListView>('ticket', 'list');
  expect(codes).toEqual([{ code: '0x45', lastDay: 2, dayBefore: 0, documented: true }]);
  expect(withoutCode.lastDay).toBe(0);
});
