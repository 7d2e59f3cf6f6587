import { createHash } from 'node:crypto';
import { targetPath } from '@tuesday/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  bytesOf,
  manifestOf,
  publishTwo,
  type TestPlane,
  testPlane,
} from '../http/operator/testing/control-plane.ts';
import { enrolDevices, tokenOf } from '../testing/fleet.ts';
import { refreshTrust } from '../trust/refresh.ts';
import { HotArtifacts } from './hot.ts';
import { type AskedRange, askedRange } from './range.ts';

const bytes = bytesOf('3.2.5');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const path = `/device/v1/trust/targets/3.2.5/${sha256}.th-2.bundle`;
const etag = `"${sha256}"`;
const end = bytes.length - 1;

let plane: TestPlane;

beforeAll(async () => {
  plane = await testPlane();
  await publishTwo(plane);
  await enrolDevices(plane.database.pool, 1);
});
afterAll(() => plane[Symbol.asyncDispose]());

async function get(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(`${plane.url}${url}`, {
    method,
    headers: { authorization: `Bearer ${tokenOf('d0')}`, ...headers },
  });
  return { response, body: Buffer.from(await response.arrayBuffer()) };
}

describe('a device', () => {
  const rows: [string, Record<string, string>, number, Buffer, string | null][] = [
    ['the whole', {}, 200, bytes, null],
    ['a part', { range: 'bytes=10-19' }, 206, bytes.subarray(10, 20), `bytes 10-19/${bytes.length}`],
    ['the rest', { range: 'bytes=10-' }, 206, bytes.subarray(10), `bytes 10-${end}/${bytes.length}`],
    [
      'the last bytes',
      { range: 'bytes=-5' },
      206,
      bytes.subarray(-5),
      `bytes ${end - 4}-${end}/${bytes.length}`,
    ],
    [
      'nothing after the end',
      { range: `bytes=${bytes.length}-` },
      416,
      Buffer.alloc(0),
      `bytes */${bytes.length}`,
    ],
    [
      'the rest of what it has',
      { range: 'bytes=9-', 'if-range': etag },
      206,
      bytes.subarray(9),
      `bytes 9-${end}/${bytes.length}`,
    ],
    ['the whole when it has another', { range: 'bytes=9-', 'if-range': '"x"' }, 200, bytes, null],
    ['the whole for several ranges', { range: 'bytes=1-2,4-5' }, 200, bytes, null],
  ];
  test.each(rows)('gets %s', async (_, headers, status, expected, range) => {
    const { response, body } = await get(path, headers);
    expect(response.status).toBe(status);
    expect(body.equals(expected)).toBe(true);
    expect(response.headers.get('content-length')).toBe(String(expected.length));
    expect(response.headers.get('content-range')).toBe(range);
    expect(response.headers.get('etag')).toBe(etag);
  });

  test('learns the length without the bytes', async () => {
    const { response, body } = await get(path, {}, 'HEAD');
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    expect(body.length).toBe(0);
  });

  test('gets nothing without its token, and nothing that is not published', async () => {
    expect((await get(path, { authorization: 'Bearer tsd1.d0.wrong' })).response.status).toBe(401);
    expect((await get(path.replace('3.2.5', '3.2.4'))).response.status).toBe(404);
    const other = manifestOf('3.2.6').artifacts[0]!;
    await plane.client.call('createRelease', { body: manifestOf('3.2.6', { wayBack: '3.2.5' }) });
    const draft = `/device/v1/trust/targets/3.2.6/${other.sha256}.th-2.bundle`;
    expect((await get(draft)).response.status).toBe(404);
  });

  test('finds signed metadata that leads to the artifact', async () => {
    const read = async (file: string) =>
      JSON.parse((await get(`/device/v1/trust/metadata/${file}`)).body.toString()) as {
        signed: {
          version: number;
          meta: Record<string, { version: number }>;
          targets: Record<string, unknown>;
        };
      };
    const timestamp = await read('timestamp.json');
    const snapshot = await read(`${timestamp.signed.meta['snapshot.json']?.version}.snapshot.json`);
    const targets = await read(`${snapshot.signed.meta['targets.json']?.version}.targets.json`);
    expect(targets.signed.targets[targetPath('3.2.5', 'th-2')]).toMatchObject({
      hashes: { sha256 },
      custom: { wayBack: { version: '3.2.4', target: '3.2.4/th-2.bundle' } },
    });
    expect((await get('/device/v1/trust/metadata/2.root.json')).response.status).toBe(404);
  });

  test('always finds a timestamp that is fresh', async () => {
    expect(await refreshTrust(plane.context)).toBe('nothing');
    plane.clock.time += 13 * 3_600_000;
    expect(await refreshTrust(plane.context)).toBe('timestamp');
    plane.clock.time += 5 * 86_400_000;
    const both = await Promise.all([refreshTrust(plane.context), refreshTrust(plane.context)]);
    expect(both.sort()).toEqual(['nothing', 'snapshot']);
  });
});

describe('a range', () => {
  const rows: [string, string | undefined, AskedRange][] = [
    ['is ignored when absent', undefined, { kind: 'whole' }],
    ['is ignored when backwards', 'bytes=5-2', { kind: 'whole' }],
    ['is ignored in other units', 'lines=1-2', { kind: 'whole' }],
    ['is cut at the end', 'bytes=5-99', { kind: 'part', start: 5, end: 9 }],
    ['may ask for more last bytes than there are', 'bytes=-99', { kind: 'part', start: 0, end: 9 }],
    ['of no last bytes cannot be met', 'bytes=-0', { kind: 'unsatisfiable' }],
  ];
  test.each(rows)('%s', (_, header, expected) => {
    expect(askedRange(header, 10)).toEqual(expected);
  });
});

test('memory holds hot artifacts up to its limit, and drops the one not used longest', async () => {
  const read: string[] = [];
  const hot = new HotArtifacts(async (name) => (read.push(name), Buffer.alloc(100)), 400);
  for (const name of ['a', 'b', 'c', 'd', 'a', 'e', 'a', 'b']) await hot.of(name, 100);
  expect(read).toEqual(['a', 'b', 'c', 'd', 'e', 'b']);
  expect(hot.bytes).toBe(400);
  expect(hot.of('large', 101)).toBeUndefined();
});
