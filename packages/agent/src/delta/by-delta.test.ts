import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { clockOf } from '@tuesday/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SignedTarget } from '../core/journal.ts';
import type { DownloadEffect, Input } from '../core/types.ts';
import { downloadSettingsSchema } from '../download/settings.ts';
import { type Origin, origin, ranged, sha256Of } from '../download/testing/origin.ts';
import { UpdateWork } from '../run/update-work.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import type { SlotContent } from '../slots/slot-port.ts';
import type { TargetVerifier } from '../trust/verify-target.ts';
import { nextOf, noise, patch } from './testing/patch.ts';

const base = noise(300_000, 1);
const image = nextOf(base, 2);
const delta = patch(base, image);
const [from, to] = [sha256Of(base), sha256Of(image)];
const WHOLE = `/device/v1/trust/targets/2.0.0/${to}.th-2.bundle`;
const DELTA = `/device/v1/trust/deltas/${from}/${to}`;
const signed: SignedTarget = {
  length: image.length,
  sha256: to,
  custom: { tuesday: 1, version: '2.0.0', hardware: 'th-2', securityVersion: 0 },
};
const target = '2.0.0/th-2.bundle';

let folder: string;
let server: Origin;
let content: SlotContent | undefined;
let told: Input[];
let logged: Array<Record<string, unknown>>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'delta-'));
  server = await origin([
    [WHOLE, image],
    [DELTA, delta],
  ]);
  writeFileSync(join(folder, 'running'), base);
  content = { length: base.length, sha256: from, path: join(folder, 'running') };
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

interface Given {
  readonly settings?: object;
  readonly disk?: Disk;
  readonly effect?: Partial<DownloadEffect>;
}

/** Downloads as the device does, and returns how it ended. */
async function fetchIt({ settings = {}, disk = realDisk, effect = {} }: Given = {}): Promise<
  Input | undefined
> {
  told = [];
  logged = [];
  const ended = Promise.withResolvers<Input>();
  const work = new UpdateWork({
    folder,
    server: server.url,
    token: 'secret',
    verifier: {} as TargetVerifier,
    slots: { write: () => Promise.reject(new Error('not here')), content: () => Promise.resolve(content) },
    clock: clockOf({ origin: 0, at: 0, rate: 1_000 }),
    random: () => 0.5,
    tell: (input) => (input.is === 'progress' ? told.push(input) : ended.resolve(input)),
    log: (event, facts) => logged.push({ event, ...facts }),
    settings: downloadSettingsSchema.parse(settings),
    disk,
  });
  work.begin({ do: 'download', target, signed, from: 'a', ...effect });
  return ended.promise;
}

const file = () => join(folder, 'download', 'bundle');
const arrived = () => readFileSync(file()).equals(image);
const asked = () =>
  server.requests.map(({ method, url }) => `${method} ${url === WHOLE ? 'whole' : 'delta'}`);
const reason = () => logged.find(({ event }) => event === 'whole-artifact')?.['because'];

describe('a device whose running artifact is known', () => {
  test('asks for a delta, and ends with the signed bytes without the whole artifact', async () => {
    expect(await fetchIt()).toEqual({ is: 'downloaded', target });
    expect(arrived()).toBe(true);
    expect(asked()).toEqual(['HEAD delta', 'GET delta']);
    expect(readdirSync(join(folder, 'download')).sort()).toEqual([
      'bundle',
      'bundle.part.json',
      'delta.tried.json',
    ]);
    expect(delta.length).toBeLessThan(image.length / 50);
  });

  test('has the bytes from then on, also after a restart', async () => {
    await fetchIt();
    server.requests.length = 0;
    expect(await fetchIt()).toEqual({ is: 'downloaded', target });
    expect(asked()).toEqual([]);
  });

  test('takes a delta that the zstd of Debian made', async () => {
    writeFileSync(join(folder, 'new'), image);
    const made = spawnSync('zstd', ['-q', '-19', '--patch-from=running', 'new', '-o', 'delta'], {
      cwd: folder,
    });
    expect(made.stderr.toString()).not.toContain('error');
    server.files.set(DELTA, readFileSync(join(folder, 'delta')));
    expect(await fetchIt()).toEqual({ is: 'downloaded', target });
    expect(asked()).not.toContain('GET whole');
  });

  test('takes it from a partition that is longer than what was written to it', async () => {
    writeFileSync(join(folder, 'running'), Buffer.concat([base, noise(50_000, 9)]));
    expect(await fetchIt()).toEqual({ is: 'downloaded', target });
    expect(asked()).not.toContain('GET whole');
  });

  test('asks its own mirrors first, then those of the offer, and tells neither its token', async () => {
    await using near = await origin();
    await using far = await origin([[DELTA, delta]]);
    const got = await fetchIt({ settings: { mirrors: [near.url] }, effect: { mirrors: [far.url] } });
    expect(got).toEqual({ is: 'downloaded', target });
    const requests = [...near.requests, ...far.requests];
    expect(requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      [DELTA, undefined],
      [DELTA, undefined],
    ]);
    expect(server.requests.map(({ method, headers }) => [method, headers.authorization])).toEqual([
      ['HEAD', 'Bearer secret'],
    ]);
  });

  test('goes on with a delta whose transfer was cut by a restart', async () => {
    await realDisk.makeFolder(join(folder, 'download'));
    writeFileSync(join(folder, 'download', 'delta'), delta.subarray(0, 100));
    writeFileSync(join(folder, 'download', 'delta.part.json'), JSON.stringify({ sha256: sha256Of(delta) }));
    expect(await fetchIt()).toEqual({ is: 'downloaded', target });
    expect(server.requests.at(-1)?.headers.range).toBe('bytes=100-');
  });
});

test.each([
  ['a bomb', zstdCompressSync(Buffer.alloc(64_000_000))],
  ['noise', noise(500, 3)],
])('%s after the end of the delta is not read', async (_, more) => {
  server.files.set(DELTA, Buffer.concat([delta, more]));
  expect(await fetchIt()).toEqual({ is: 'downloaded', target });
  expect(arrived()).toBe(true);
  expect(asked()).not.toContain('GET whole');
});

describe('the whole artifact comes instead, with the reason in log and progress, when', () => {
  const small = (bytes: Buffer) => () => void server.files.set(DELTA, bytes);
  const torn = Buffer.from(delta).fill(0x77, 60, 80);
  const bomb = zstdCompressSync(Buffer.alloc(64_000_000), { dictionary: base });
  const rows: [string, () => void, Given, RegExp][] = [
    ['there is no delta', () => void server.files.delete(DELTA), {}, /has no delta from what runs here/],
    [
      'there is memory for the artifacts but not for the delta',
      small(patch(base, noise(300_300, 8))),
      { settings: { delta: { memoryBytes: 1_000_000 } } },
      /not enough for a delta of 30\d{4} bytes/,
    ],
    ['deltas are turned off', () => undefined, { settings: { delta: { enabled: false } } }, /turned off/],
    ['the slot cannot give its artifact back', () => void (content = undefined), {}, /does not give back/],
    [
      'the slot is not what it was',
      () => writeFileSync(join(folder, 'running'), Buffer.from(base).fill(0, 5, 6)),
      {},
      /does not have its digest any more/,
    ],
    [
      'the slot is shorter than it was',
      () => writeFileSync(join(folder, 'running'), base.subarray(0, 100)),
      {},
      /does not have its digest any more/,
    ],
    ['the delta is damaged', small(torn), {}, /does not decode/],
    ['the delta is cut', small(delta.subarray(0, -20)), {}, /does not decode|makes digest/],
    ['the delta is of another base', small(patch(noise(300_000, 77), image)), {}, /of the delta \d+ bytes/],
    [
      'the delta is of a base that differs',
      small(patch(nextOf(base, 40), image)),
      {},
      /does not decode|makes digest/,
    ],
    ['the delta makes another artifact', small(patch(base, nextOf(base, 50))), {}, /makes digest/],
    ['the delta is no delta', small(Buffer.from('<html>'.repeat(20))), {}, /no Zstandard frame/],
    ['the delta is a bomb', small(bomb), {}, /makes 64000000 bytes, 300300 are signed/],
    ['the delta is a bomb that hides its size', small(hidden(bomb, image.length)), {}, /does not decode/],
    [
      'the artifacts are too large for the memory that it may take',
      () => undefined,
      { settings: { delta: { memoryBytes: 500_000 } } },
      /500000 bytes of memory are not enough/,
    ],
  ];
  test.each(rows)('%s', async (_, prepare, given, because) => {
    prepare();
    expect(await fetchIt(given)).toEqual({ is: 'downloaded', target });
    expect(arrived()).toBe(true);
    expect(reason()).toMatch(because);
    expect(asked().at(-1)).toBe('GET whole');
    const words = told.filter((input) => input.is === 'progress' && input.because !== undefined);
    expect(words).toHaveLength(reason() === 'deltas are turned off on this device' ? 0 : 1);
  });

  test('the server answers nonsense when it is asked', async () => {
    server.behave = (request, response, bytes) =>
      request.url === DELTA ? void response.writeHead(500).end() : ranged(request, response, bytes);
    expect(await fetchIt()).toEqual({ is: 'downloaded', target });
    expect(reason()).toMatch(/answered 500/);
  });

  test('there is room for the artifact but not for the delta beside it', async () => {
    const room = image.length + 1_048_576 + 100;
    expect(await fetchIt({ disk: { ...realDisk, freeBytes: () => Promise.resolve(room) } })).toEqual({
      is: 'downloaded',
      target,
    });
    expect(reason()).toMatch(/delta and result take/);
  });

  test('most of it is here already', async () => {
    await realDisk.makeFolder(join(folder, 'download'));
    writeFileSync(file(), image.subarray(0, -200));
    writeFileSync(`${file()}.part.json`, JSON.stringify({ sha256: to }));
    expect(await fetchIt()).toEqual({ is: 'downloaded', target });
    expect(reason()).toMatch(/of the delta \d+ bytes are missing, of the whole 200/);
    expect(server.requests.at(-1)?.headers.range).toBe(`bytes=${image.length - 200}-`);
  });

  test('putting it together has taken the agent down twice', async () => {
    await realDisk.makeFolder(join(folder, 'download'));
    const tried = { delta: `trust/deltas/${from}/${to}`, tries: 2 };
    writeFileSync(join(folder, 'download', 'delta.tried.json'), JSON.stringify(tried));
    expect(await fetchIt()).toEqual({ is: 'downloaded', target });
    expect(reason()).toMatch(/did not come to an end/);
    expect(asked()).toEqual(['GET whole']);
  });
});

test('a delta that wants more history than its artifact has is not begun', async () => {
  const wide = zstdCompressSync(image, {
    dictionary: base,
    params: { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_contentSizeFlag]: 0 },
  });
  server.files.set(DELTA, wide);
  expect(await fetchIt({ settings: { delta: { memoryBytes: 4_194_304 } } })).toEqual({
    is: 'downloaded',
    target,
  });
  expect(reason()).toMatch(/makes unknown bytes|takes \d+ bytes of memory/);
});

/** The same frame, with another content size in its head. */
function hidden(frame: Buffer, size: number): Buffer {
  const changed = Buffer.from(frame);
  const descriptor = frame.readUInt8(4);
  expect(descriptor >> 6, 'the size takes four bytes').toBe(2);
  changed.writeUInt32LE(size, (descriptor & 0b10_0000) === 0 ? 6 : 5);
  return changed;
}
