import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refuse, wallClock } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { RelayBudget } from '../budget.ts';
import { BEACON_LIMIT, encodeAsk, encodeBeacon, readDatagram } from './beacon.ts';
import { LanGiver } from './give.ts';
import { Neighbours } from './neighbours.ts';
import { readRange } from './range.ts';

const ASK = encodeAsk('th-0042');
const top = mkdtempSync(join(tmpdir(), 'lan-'));
afterAll(() => rmSync(top, { recursive: true }));
const open: LanGiver[] = [];
afterEach(async () => {
  for (const giver of open.splice(0)) await giver.stop();
});

const bytes = Buffer.alloc(100_000, 'firmware ');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const path = join(top, 'bundle');
writeFileSync(path, bytes);
const usual = { bytesPerSecond: 100_000_000, bytesPerDay: 1_000_000, neighbours: 1, minBattery: 50 };

async function giving(change: Partial<typeof usual> = {}, battery?: number) {
  const clock = wallClock();
  const power = async () => ({ mains: battery === undefined, battery });
  const giver = new LanGiver({
    holdings: {
      artifact: async (digest) => (digest === sha256 ? { path, length: bytes.length, sha256 } : undefined),
      read: async (_, from, length) => bytes.subarray(from, from + length),
      metadata: { file: async (name) => (name === 'timestamp.json' ? Buffer.from('{}') : undefined) },
    },
    budget: new RelayBudget({ ...usual, ...change }, power, clock),
    carry: (digest) =>
      digest === 'c'.repeat(64)
        ? { refused: refuse('relay-refused', 'this neighbour is fetching it.'), afterSeconds: 5 }
        : undefined,
    clock,
    log: () => undefined,
  });
  open.push(giver);
  const base = `http://127.0.0.1:${await giver.start(0)}/device/v1/trust`;
  return { base, target: `${base}/targets/3.2.7/${sha256}.th-2.bundle` };
}

describe('a neighbour', () => {
  test('gives an artifact in the layout of the server, whole and in ranges', async () => {
    const { target } = await giving();
    const whole = await fetch(target);
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    const part = await fetch(target, { headers: { range: 'bytes=99990-', 'if-range': `"${sha256}"` } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe('bytes 99990-99999/100000');
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(99_990))).toBe(true);
    expect((await fetch(target, { headers: { range: 'bytes=100000-' } })).status).toBe(416);
  });

  test.each<[string, string, string]>([
    ['a way out of its folder', 'GET', '/metadata/..%2f..%2fidentity.json'],
    ['the identity of the device', 'GET', '/metadata/identity.json'],
    ['an artifact that it does not have', 'GET', `/targets/3.2.7/${'0'.repeat(64)}.th-2.bundle`],
    ['a target without a digest', 'GET', '/targets/3.2.7/th-2.bundle'],
    ['anything else', 'GET', '/'],
  ])('does not give %s', async (_, method, where) => {
    const { base } = await giving();
    expect((await fetch(`${base}${where}`, { method })).status).toBe(404);
  });

  test('takes nothing', async () => {
    const { target } = await giving();
    expect((await fetch(target, { method: 'POST', body: 'x' })).status).toBe(405);
  });

  test.each<[string, Partial<typeof usual>, number | undefined, number, string]>([
    ['whose bytes are used up says so for the day', { bytesPerDay: 10 }, undefined, 429, 'bytes today'],
    ['on a low battery says so', {}, 20, 503, 'battery'],
  ])('%s', async (_, change, battery, status, words) => {
    const { target } = await giving(change, battery);
    const answer = await fetch(target);
    expect(answer.status).toBe(status);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({
      refused: { code: 'relay-refused', because: expect.stringContaining(words) },
    });
  });

  test('that fetches what was asked for says when to ask again', async () => {
    const { base } = await giving();
    const answer = await fetch(`${base}/targets/3.2.7/${'c'.repeat(64)}.th-2.bundle`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  });

  test('goes on after somebody hung up in the middle, with the place free again', async () => {
    const { target } = await giving({ bytesPerSecond: 200_000 });
    await new Promise<void>((resolve) => {
      const half = request(target, (response) => response.once('data', () => half.destroy()));
      half.on('error', () => resolve()).on('close', () => resolve());
      half.end();
    });
    const answer = await fetch(target);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  });
});

test.each<[string, Record<string, string>, unknown]>([
  ['no range is the whole', {}, { from: 0, length: 100, isPart: false }],
  ['from here on', { range: 'bytes=90-' }, { from: 90, length: 10, isPart: true }],
  ['from here to there', { range: 'bytes=0-0' }, { from: 0, length: 1, isPart: true }],
  ['beyond the end is cut', { range: 'bytes=90-500' }, { from: 90, length: 10, isPart: true }],
  ['the last', { range: 'bytes=-7' }, { from: 93, length: 7, isPart: true }],
  ['behind the end', { range: 'bytes=100-' }, 'unsatisfiable'],
  ['the last none', { range: 'bytes=-0' }, 'unsatisfiable'],
  ['backwards is the whole', { range: 'bytes=9-2' }, { from: 0, length: 100, isPart: false }],
  ['several are the whole', { range: 'bytes=0-1,4-5' }, { from: 0, length: 100, isPart: false }],
  [
    'of another file is the whole',
    { range: 'bytes=90-', 'if-range': '"b"' },
    { from: 0, length: 100, isPart: false },
  ],
])('a range: %s', (_, headers, expected) => {
  expect(readRange(headers, 100, '"a"')).toEqual(expected);
});

describe('beacons', () => {
  const beacon = { port: 1, hardware: ['th-2'], holds: [sha256], timestamp: 7 };

  test('come back as they were called out, and fit a datagram', () => {
    const full = encodeBeacon({
      ...beacon,
      hardware: Array(4).fill('x'.repeat(64)),
      holds: Array(4).fill(sha256),
    });
    expect(full.length).toBeLessThan(BEACON_LIMIT);
    expect(readDatagram(encodeBeacon(beacon))).toEqual({ relay: 1, is: 'beacon', ...beacon });
    expect(readDatagram(ASK)).toEqual({ relay: 1, is: 'ask', device: 'th-0042' });
    expect(readDatagram(Buffer.from('{"relay":1,"is":"ask"}'))).toEqual({ relay: 1, is: 'ask' });
  });

  test('of any bytes are read or dropped, never a fault', () => {
    let read = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
          fc.constant(ASK),
        ),
        (any) => {
          if (readDatagram(Buffer.from(any)) !== undefined) read += 1;
        },
      ),
    );
    expect(read).toBeGreaterThan(5);
    expect(readDatagram(Buffer.alloc(2_000, ASK.toString()))).toBeUndefined();
  });
});

describe('neighbours', () => {
  const hear = (neighbours: Neighbours, host: string, change: object = {}) =>
    neighbours.hear(host, {
      relay: 1,
      is: 'beacon',
      port: 80,
      hardware: [],
      holds: [],
      timestamp: 1,
      ...change,
    });

  test('with the freshest metadata come first, with the artifact first for that, avoided ones not at all', () => {
    const neighbours = new Neighbours(wallClock(), () => 0.5);
    hear(neighbours, 'old');
    hear(neighbours, 'new', { timestamp: 9 });
    hear(neighbours, 'has', { holds: [sha256] });
    expect(neighbours.forMetadata()[0]?.url).toBe('http://new:80');
    expect(neighbours.forArtifact(sha256)[0]?.url).toBe('http://has:80');
    neighbours.avoid('http://has:80', 1_000);
    expect(neighbours.forArtifact(sha256).map(({ url }) => url)).not.toContain('http://has:80');
  });

  test('a crowd of pretended ones takes a bounded room', () => {
    const neighbours = new Neighbours(wallClock(), Math.random);
    for (let index = 0; index < 1_000; index++) hear(neighbours, `n${index}`);
    expect(neighbours.forMetadata()).toHaveLength(64);
  });
});
