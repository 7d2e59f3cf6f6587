import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clockOf } from '@tuesday/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { realDisk } from '../storage/disk.ts';
import { download, type DownloadOptions } from './ranged-download.ts';

const image = Buffer.alloc(300_000, 'firmware ');
const sha256 = createHash('sha256').update(image).digest('hex');
const fast = clockOf({ origin: 0, at: 0, rate: 1_000 });

let folder: string;
let server: Server;
let serve: (request: IncomingMessage, response: ServerResponse) => void;
const ranges: Array<string | undefined> = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'download-'));
  ranges.length = 0;
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

/** Cuts the line as soon as something has arrived. */
const cut = { onPercent: () => server.closeAllConnections() };

function get(more: Partial<DownloadOptions> = {}) {
  return download({
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`),
    headers: {},
    file: join(folder, 'bundle'),
    signed: { length: image.length, sha256 },
    clock: fast,
    random: () => 0.5,
    signal: new AbortController().signal,
    backOff: { baseMillis: 1_000, capMillis: 10_000 },
    attempts: 3,
    ...more,
  });
}

/** As a server that knows ranges and tags. */
function ranged(etag: string, cutAfter = Infinity) {
  return (request: IncomingMessage, response: ServerResponse) => {
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const from = asked && (request.headers['if-range'] ?? etag) === etag ? Number(asked[1]) : 0;
    const head: Record<string, string | number> = { etag, 'content-length': image.length - from };
    if (from > 0) head['content-range'] = `bytes ${from}-${image.length - 1}/${image.length}`;
    response.writeHead(from > 0 ? 206 : 200, head);
    const end = Math.min(image.length, from + cutAfter);
    response.write(image.subarray(from, end));
    if (end === image.length) response.end();
  };
}

describe('a ranged download', () => {
  test('brings the bytes and tells the percent', async () => {
    serve = ranged('"1"');
    const percents: number[] = [];
    expect(await get({ onPercent: (percent) => percents.push(percent) })).toEqual({
      file: join(folder, 'bundle'),
    });
    expect(readFileSync(join(folder, 'bundle')).equals(image)).toBe(true);
    expect(percents.at(-1)).toBe(100);
  });

  test('goes on where a cut connection left it', async () => {
    serve = ranged('"1"', 120_000);
    expect(await get({ ...cut, attempts: 100 })).toHaveProperty('file');
    expect(ranges[0]).toBeUndefined();
    expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true);
  });

  test('goes on after a restart', async () => {
    serve = ranged('"1"', 120_000);
    expect(await get({ ...cut, attempts: 1 })).toMatchObject({ refused: { code: 'download-failed' } });
    serve = ranged('"1"');
    expect(await get({ attempts: 1 })).toHaveProperty('file');
    expect(ranges[1]).toMatch(/^bytes=[1-9]/);
  });

  test('begins anew when the file behind the address is another one', async () => {
    serve = ranged('"1"', 120_000);
    await get({ ...cut, attempts: 1 });
    serve = ranged('"2"');
    expect(await get({ attempts: 1 })).toHaveProperty('file');
    expect(readFileSync(join(folder, 'bundle')).equals(image)).toBe(true);
  });

  test('begins anew when the server cannot satisfy the range', async () => {
    writeFileSync(join(folder, 'bundle'), image.subarray(0, 10));
    writeFileSync(join(folder, 'bundle.part.json'), JSON.stringify({ sha256 }));
    serve = (request, response) =>
      request.headers.range === undefined ? ranged('"1"')(request, response) : response.writeHead(416).end();
    expect(await get()).toHaveProperty('file');
  });

  test('asks nobody when the bytes are here already', async () => {
    serve = ranged('"1"');
    await get();
    await get();
    expect(ranges).toHaveLength(1);
  });

  test('a part of another release is not continued', async () => {
    writeFileSync(join(folder, 'bundle'), 'of another release');
    writeFileSync(join(folder, 'bundle.part.json'), JSON.stringify({ sha256: 'f'.repeat(64) }));
    serve = ranged('"1"');
    expect(await get()).toHaveProperty('file');
    expect(ranges).toEqual([undefined]);
  });

  test.each<[string, typeof serve, string]>([
    [
      'other bytes of the right length',
      (_, response) => void response.end(Buffer.alloc(image.length, 'x')),
      'wrong-digest',
    ],
    [
      'an announced length over the signed one',
      (_, response) =>
        void response
          .writeHead(200, { 'content-length': image.length + 1 })
          .end(Buffer.alloc(image.length + 1)),
      'oversize',
    ],
    [
      'an endless body without a length',
      (_, response) => {
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', more);
        more();
      },
      'oversize',
    ],
    [
      'a server that has no such file',
      (_, response) => void response.writeHead(404).end(),
      'download-failed',
    ],
  ])('%s is refused', async (_, answer, code) => {
    serve = answer;
    expect(await get()).toMatchObject({ refused: { code } });
  });

  test('too little room is refused before the server is asked', async () => {
    serve = ranged('"1"');
    expect(await get({ disk: { ...realDisk, freeBytes: () => Promise.resolve(1_000) } })).toMatchObject({
      refused: { code: 'no-space' },
    });
    expect(ranges).toEqual([]);
  });

  test('stops when it is told to', async () => {
    const stop = new AbortController();
    serve = (_, response) => {
      response.write('x');
      stop.abort(new Error('stopped'));
    };
    await expect(get({ signal: stop.signal })).rejects.toThrow('stopped');
  });
});
