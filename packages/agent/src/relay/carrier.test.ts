import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wallClock } from '@tuesday/protocol';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Candidate } from '../core/types.ts';
import { Carrier } from './carrier.ts';

const bytesOf = (version: string) => Buffer.from(`firmware ${version}`);
const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const candidate = (version: string): Candidate => ({
  target: `${version}/th-2.bundle`,
  signed: {
    length: bytesOf(version).length,
    sha256: sha256Of(bytesOf(version)),
    custom: { tuesday: 1, version, hardware: 'th-2', securityVersion: 0, recovery: true },
  },
});

let asked: string[] = [];
const server = createServer(({ url = '' }, response) => {
  asked.push(url);
  const version = /targets\/([^/]+)\//.exec(url)?.[1] ?? '';
  response.end(bytesOf(version));
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

let folder: string;
let events: string[];
let carrier: Carrier;
beforeEach(() => {
  asked = [];
  events = [];
  folder = mkdtempSync(join(tmpdir(), 'carrier-'));
  carrier = new Carrier({
    folder,
    server: url,
    token: 'secret',
    limit: 1_000,
    clock: wallClock(),
    random: () => 0,
    log: (event) => events.push(event),
  });
  return async () => {
    await carrier.stop();
    rmSync(folder, { recursive: true });
  };
});

test('what the server names is fetched ahead, when the signed metadata lists it as a recovery', async () => {
  expect(await carrier.ahead(['3.2.7/th-2.bundle'])).toBe(false);
  expect(asked).toEqual([]);
  carrier.list([candidate('3.2.7')]);
  expect(await carrier.ahead(['9.9.9/th-2.bundle'])).toBe(false);
  expect(asked).toEqual([]);
  expect(await carrier.ahead(['9.9.9/th-2.bundle', '3.2.7/th-2.bundle'])).toBe(true);
  await expect.poll(() => events).toContain('carrying');
  expect((await carrier.content())?.sha256).toBe(candidate('3.2.7').signed.sha256);
});

test('of several that neighbours wait for one is kept: they do not drive each other out', async () => {
  carrier.list([candidate('3.2.7'), candidate('3.2.8')]);
  const both = ['3.2.8/th-2.bundle', '3.2.7/th-2.bundle'];
  expect(await carrier.ahead(both)).toBe(true);
  await expect.poll(() => events).toContain('carrying');
  expect(await carrier.ahead(both.toReversed())).toBe(true);
  expect(await carrier.ahead(both)).toBe(true);
  expect(asked).toHaveLength(1);
  expect((await carrier.content())?.sha256).toBe(candidate('3.2.8').signed.sha256);
});
