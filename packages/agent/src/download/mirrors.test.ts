import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, clockOf } from '@tuesday/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { download, type DownloadOptions } from './ranged-download.ts';
import { type Behave, breaksAfter, type Origin, origin, ranged, sha256Of } from './testing/origin.ts';

const image = Buffer.from(Array.from({ length: 400_000 }, (_, at) => (at * 31 + (at >> 9)) & 0xff));
const sha256 = sha256Of(image);
const fast = clockOf({ origin: 0, at: 0, rate: 1_000 });
/** Each look at it is a second later. */
function steppingClock(): Clock {
  let now = 0;
  return { rate: 1, now: () => (now += 1_000), sleep: (_, signal) => untilAborted(signal) };
}
const untilAborted = (signal: AbortSignal | undefined) =>
  new Promise<void>((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));

let folder: string;
let server: Origin;
let mirror: Origin;
const faults: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mirrors-'));
  server = await origin([['/x', image]]);
  mirror = await origin([['/x', image]]);
  faults.length = 0;
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await mirror[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function get(more: Partial<DownloadOptions> = {}) {
  return download({
    url: new URL('/x', server.url),
    mirrors: [new URL('/x', mirror.url)],
    headers: { authorization: 'Bearer secret' },
    file: join(folder, 'bundle'),
    signed: { length: image.length, sha256 },
    clock: fast,
    random: () => 0.5,
    signal: new AbortController().signal,
    backOff: { baseMillis: 1_000, capMillis: 10_000 },
    attempts: 3,
    onFault: (_, because) => faults.push(because),
    ...more,
  });
}
const whole = () => readFileSync(join(folder, 'bundle')).equals(image);
const firstByteAsked = () => Number(/\d+/.exec(server.requests[0]?.headers.range ?? '0')?.[0]);

const drip: Behave = (_, response, bytes) => {
  response.writeHead(200, { 'content-length': bytes.length });
  let at = 0;
  const more = () => {
    if (response.destroyed) return;
    response.write(bytes.subarray(at, (at += 100)));
    setTimeout(more, 3);
  };
  more();
};

describe('a mirror', () => {
  test('that does well is the only one asked, and never sees the token', async () => {
    expect(await get()).toHaveProperty('file');
    expect(whole()).toBe(true);
    expect(server.requests).toEqual([]);
    expect(mirror.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test('on the origin of the server itself gets the token, as the server does', async () => {
    server.files.set('/near/x', image);
    await get({ mirrors: [new URL('/near/x', server.url)] });
    expect(server.requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/near/x', 'Bearer secret'],
    ]);
  });

  const misbehaving: [string, Behave, RegExp, 'goes on' | 'begins anew'][] = [
    ['breaks off', (...all) => breaksAfter(150_000, mirror.cut)(...all), /aborted|broke off/, 'goes on'],
    ['answers 503', (_, response) => void response.writeHead(503).end(), /answered 503/, 'begins anew'],
    [
      'shows a sign-in page',
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      /web page/,
      'begins anew',
    ],
    [
      'sends wrong bytes of the right length',
      (_, response) => void response.end(Buffer.alloc(image.length, 'x')),
      /have digest/,
      'begins anew',
    ],
    [
      'announces more than is signed',
      (_, response) => void response.writeHead(200, { 'content-length': image.length + 1 }).end(),
      /bytes were announced/,
      'begins anew',
    ],
    [
      'announces less',
      (_, response) => void response.writeHead(200, { 'content-length': 10 }).end('0123456789'),
      /10 bytes were announced, 400000 are signed/,
      'begins anew',
    ],
    [
      'has a file of no length',
      (_, response) => void response.writeHead(200, { 'content-length': 0 }).end(),
      /0 bytes were announced/,
      'begins anew',
    ],
    [
      'does not end',
      (_, response) => {
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', more);
        more();
      },
      /more than the signed 400000 bytes/,
      'begins anew',
    ],
    [
      'does not end its head',
      (_, response) => {
        const { socket } = response;
        const more = () => {
          while (socket?.write(`x-more: ${'y'.repeat(4_000)}\r\n`) === true);
        };
        socket?.write('HTTP/1.1 200 OK\r\n');
        socket?.on('drain', more);
        more();
      },
      /Header overflow/i,
      'begins anew',
    ],
    [
      'sends packed bytes',
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
      /coding gzip/,
      'begins anew',
    ],
    [
      'leads elsewhere',
      (_, response) => void response.writeHead(302, { location: `${server.url}/x` }).end(),
      /answered 302/,
      'begins anew',
    ],
  ];
  test.each(misbehaving)('that %s is left for the server, which %s', async (_, behave, because, how) => {
    mirror.behave = behave;
    expect(await get()).toHaveProperty('file');
    expect(whole()).toBe(true);
    expect(faults).toEqual([expect.stringMatching(because)]);
    expect(server.requests).toHaveLength(1);
    expect(firstByteAsked() > 0).toBe(how === 'goes on');
  });

  test('that drips is too slow, and the server goes on where it was left', async () => {
    mirror.behave = drip;
    const real = steppingClock();
    const slowest = { bytesPerSecond: 5_000, overSeconds: 3 };
    expect(await get({ real, slowest })).toHaveProperty('file');
    expect(whole()).toBe(true);
    expect(faults).toEqual([expect.stringMatching(/bytes came in \d+ s, at least 5000 a second/)]);
    expect(firstByteAsked()).toBeGreaterThan(100);
  });

  test('that lied is not asked again, also after a restart', async () => {
    mirror.behave = (_, response) => void response.end(Buffer.alloc(image.length, 'x'));
    server.behave = (...all) => breaksAfter(100_000, server.cut)(...all);
    expect(await get({ attempts: 1 })).toMatchObject({ refused: { code: 'download-failed' } });
    mirror.behave = ranged;
    server.behave = ranged;
    const before = mirror.requests.length;
    expect(await get()).toHaveProperty('file');
    expect(mirror.requests).toHaveLength(before);
    expect(whole()).toBe(true);
  });

  test('that knows no ranges does not cost what is here already, while somebody else does', async () => {
    server.behave = (...all) => breaksAfter(200_000, server.cut)(...all);
    expect(await get({ mirrors: [], attempts: 1 })).toHaveProperty('refused');
    server.behave = ranged;
    mirror.behave = (_, response, bytes) => void response.end(bytes);
    expect(await get()).toHaveProperty('file');
    expect(Number(/\d+/.exec(server.requests[1]?.headers.range ?? '')?.[0])).toBeGreaterThan(50_000);
  });
});

describe('wrong bytes that nobody can be blamed for', () => {
  test('mixed from two sources, come again from one alone, and the liar is found', async () => {
    mirror.behave = (...all) =>
      breaksAfter(150_000, mirror.cut)(all[0], all[1], Buffer.alloc(image.length, 'x'));
    expect(await get()).toHaveProperty('file');
    expect(whole()).toBe(true);
    expect(faults.some((because) => because.includes('have digest'))).toBe(true);
  });

  test('left by a power cut, come again from the same server instead of ending the offer', async () => {
    server.behave = (...all) => breaksAfter(200_000, server.cut)(...all);
    await get({ mirrors: [], attempts: 1 });
    const torn = readFileSync(join(folder, 'bundle')).fill(0, 40_000, 60_000);
    writeFileSync(join(folder, 'bundle'), torn);
    server.behave = ranged;
    expect(await get({ mirrors: [] })).toHaveProperty('file');
    expect(whole()).toBe(true);
    expect(faults).toContainEqual(expect.stringContaining('have digest'));
  });
});

describe('when all sources', () => {
  test.each<[string, Behave, string, boolean]>([
    [
      'send wrong bytes',
      (_, response) => void response.end(Buffer.alloc(image.length)),
      'wrong-digest',
      false,
    ],
    [
      'announce too much',
      (_, response) => void response.writeHead(200, { 'content-length': 9e9 }).end(),
      'oversize',
      false,
    ],
    ['have no such file', (_, response) => void response.writeHead(404).end(), 'download-failed', false],
    [
      'break off',
      (...all) => breaksAfter(10_000, () => (server.cut(), mirror.cut()))(...all),
      'download-failed',
      true,
    ],
  ])('%s, it is refused by name', async (_, behave, code, keeps) => {
    server.behave = behave;
    mirror.behave = behave;
    expect(await get({ attempts: 2 })).toMatchObject({ refused: { code } });
    expect(existsSync(join(folder, 'bundle'))).toBe(keeps);
  });

  test.each([
    ['another total', (total: number) => `bytes 1000-399999/${total + 5}`, 'oversize'],
    ['a smaller total', () => 'bytes 1000-1999/2000', 'download-failed'],
  ])('say %s for the rest, it is refused by name', async (_, range, code) => {
    writeFileSync(join(folder, 'bundle'), image.subarray(0, 1_000));
    writeFileSync(join(folder, 'bundle.part.json'), JSON.stringify({ sha256 }));
    server.behave = (request, response, bytes) =>
      request.headers.range === undefined
        ? void response.writeHead(503).end()
        : void response.writeHead(206, { 'content-range': range(bytes.length) }).end(bytes.subarray(1_000));
    expect(await get({ mirrors: [], attempts: 1 })).toMatchObject({ refused: { code } });
  });
});
