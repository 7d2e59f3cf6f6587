import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { signPayload } from '@tuesday/trust';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ArtifactStore } from '../artifacts/store.ts';
import {
  installTrust,
  seeded,
  type Signers,
  type TestPlane,
  testPlane,
} from '../http/operator/testing/control-plane.ts';
import { enrolDevices, report, tokenOf } from '../testing/fleet.ts';
import { deltaJob } from './make.ts';
import { renewLease, settleDelta, takeDelta } from './lease.ts';
import { planDeltas } from './plan.ts';

const random = seeded(11);
const noise = (size: number) => Buffer.from(Array.from({ length: size }, () => Math.floor(random() * 256)));
const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
/** As a patch release is: most stays, a few bytes change, something moves. */
function patched(image: Buffer): Buffer {
  const next = Buffer.concat([image.subarray(0, 40_000), noise(500), image.subarray(40_000)]);
  for (let at = 999; at < next.length; at += 9_973) next[at] = (next[at] ?? 0) ^ 0x55;
  return next;
}

const first = noise(200_000);
const second = patched(first);
const third = patched(second);
const prose = Array.from(noise(60_000), (byte) => `word${byte} `).join('');
const images: Record<string, Buffer> = {
  '1.0.0': first,
  '1.1.0': second,
  '1.2.0': third,
  '1.3.0': gzipSync(prose),
  '1.4.0': gzipSync(`one word more ${prose}`),
  '1.5.0': noise(150_000),
};

let plane: TestPlane;
let signers: Signers;
const stop = new AbortController();

beforeAll(async () => {
  plane = await testPlane();
  signers = await installTrust(plane);
  await enrolDevices(plane.database.pool, 3);
});
afterAll(() => plane[Symbol.asyncDispose]());

async function publish(version: string, wayBack?: string): Promise<void> {
  const bytes = images[version] as Buffer;
  const artifacts = [{ hardware: 'th-2', size: bytes.length, sha256: digest(bytes) }];
  await plane.client.call('createRelease', {
    body: { version, artifacts, ...(wayBack === undefined ? {} : { wayBack }) },
  });
  await plane.client.call('uploadArtifact', { params: { version, hardware: 'th-2' }, body: bytes });
  const { payload, targetsVersion } = await plane.client.call('viewSigning', { params: { version } });
  for (const key of [signers.alice, signers.bob])
    await plane.client.call('addSignature', {
      params: { version },
      body: { ...signPayload(payload, key), targetsVersion },
    });
}

const run = () => deltaJob(plane.context, stop.signal)();
const deltasOf = async (version: string) =>
  (await plane.client.call('viewRelease', { params: { version } })).deltas;
const rows = async () =>
  (
    await plane.database.pool.query<{ key: string; state: string }>(
      `SELECT from_version || ' to ' || to_version AS key, state FROM deltas ORDER BY 1`,
    )
  ).rows;

async function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(`${plane.url}/device/v1/trust/deltas/${path}`, {
    method,
    headers: { authorization: `Bearer ${tokenOf('d0')}`, ...headers },
  });
  return { response, body: Buffer.from(await response.arrayBuffer()) };
}
const between = (from: string, to: string) =>
  `${digest(images[from] as Buffer)}/${digest(images[to] as Buffer)}`;

describe('a published release', () => {
  test('gets deltas from its way back and from what devices run, and one for the way back', async () => {
    await publish('1.0.0');
    await publish('1.1.0', '1.0.0');
    await plane.database.pool.query(`UPDATE devices SET report = $1 WHERE device = 'd0'`, [
      JSON.stringify(report({}, '1.0.0')),
    ]);
    await publish('1.2.0', '1.1.0');
    await run();
    expect(await rows()).toEqual([
      { key: '1.0.0 to 1.1.0', state: 'made' },
      { key: '1.0.0 to 1.2.0', state: 'made' },
      { key: '1.1.0 to 1.0.0', state: 'made' },
      { key: '1.1.0 to 1.2.0', state: 'made' },
      { key: '1.2.0 to 1.1.0', state: 'made' },
    ]);
    const [, shown] = (await deltasOf('1.2.0')) ?? [];
    expect(shown).toMatchObject({ hardware: 'th-2', from: '1.1.0', state: 'made' });
    expect(shown?.size).toBeLessThan(5_000);
  });

  test('serves a delta whole and in part, under a tag that is its digest, to devices only', async () => {
    const whole = await get(between('1.1.0', '1.2.0'));
    expect(whole.response.status).toBe(200);
    expect(whole.response.headers.get('etag')).toBe(`"${digest(whole.body)}"`);
    const rest = await get(between('1.1.0', '1.2.0'), { range: 'bytes=10-' });
    expect(rest.response.status).toBe(206);
    expect(rest.body.equals(whole.body.subarray(10))).toBe(true);
    const head = await get(between('1.1.0', '1.2.0'), {}, 'HEAD');
    expect(head.response.headers.get('content-length')).toBe(String(whole.body.length));
    expect((await get(between('1.1.0', '1.2.0'), { authorization: 'Bearer x' })).response.status).toBe(401);
    expect((await get(`${digest(second)}/${'0'.repeat(64)}`)).response.status).toBe(404);
    expect((await get('..%2f..%2fetc/passwd')).response.status).toBe(404);
  });

  test('has deltas that the zstd of Debian puts together', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'delta-'));
    try {
      const { body } = await get(between('1.0.0', '1.2.0'));
      writeFileSync(join(folder, 'delta'), body);
      writeFileSync(join(folder, 'old'), first);
      const made = spawnSync('zstd', ['-q', '-d', '--patch-from=old', 'delta', '-o', 'new'], { cwd: folder });
      expect(made.stderr.toString()).toBe('');
      expect(readFileSync(join(folder, 'new')).equals(third)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('that is packed as a whole, or is another image, gets none, and says so', async () => {
    await publish('1.3.0', '1.2.0');
    await publish('1.4.0', '1.3.0');
    await publish('1.5.0', '1.4.0');
    await run();
    const [packed] = ((await deltasOf('1.4.0')) ?? []).filter(({ from }) => from === '1.3.0');
    expect(packed).toMatchObject({ state: 'none' });
    expect(packed?.because).toMatch(/^it would have \d+ % of the full artifact.*packed with gzip as a whole/);
    const [other] = ((await deltasOf('1.5.0')) ?? []).filter(({ from }) => from === '1.4.0');
    expect(other?.because).toMatch(
      /^it would have 100 % of the full artifact, more than 70 % are not worth it$/,
    );
    expect((await get(between('1.3.0', '1.4.0'))).response.status).toBe(404);
  });
});

describe('two servers on one database', () => {
  /** Three of them are wanted again, the others are forgotten. */
  const again = `DELETE FROM deltas WHERE from_version NOT IN ('1.0.0', '1.1.0') OR to_version NOT IN ('1.0.0', '1.1.0', '1.2.0');
    UPDATE deltas SET state = 'wanted', sha256 = NULL, attempts = 0, lease_until = '-infinity'`;

  test('plan a release once, and make each delta once', async () => {
    await plane.database.pool.query('DELETE FROM deltas; DELETE FROM delta_plans');
    const planned = await Promise.all([planDeltas(plane.context), planDeltas(plane.context)]);
    expect(planned.flat().sort()).toEqual(['1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0', '1.5.0']);
    await Promise.all([run(), run()]);
    const { rows: tried } = await plane.database.pool.query<{ attempts: number }>(
      'SELECT attempts FROM deltas',
    );
    expect(tried.length).toBeGreaterThan(6);
    expect(tried.every(({ attempts }) => attempts === 1)).toBe(true);
  });

  test('go on where one was killed: the lease runs out, and what it half made is gone', async () => {
    await plane.database.pool.query(again);
    const killed = await takeDelta(plane.context);
    expect(killed?.attempts).toBe(1);
    const scratch = join(plane.context.config.dataFolder, 'artifacts', 'incoming', 'deltas-main');
    writeFileSync(join(scratch, 'half'), 'half of a delta');
    await run();
    expect((await rows()).filter(({ state }) => state === 'wanted')).toHaveLength(1);
    expect(readdirSync(scratch)).toEqual([]);
    await plane.database.pool.query(`UPDATE deltas SET lease_until = now() WHERE state = 'wanted'`);
    await run();
    expect((await rows()).filter(({ state }) => state === 'wanted')).toEqual([]);
    if (killed === undefined) throw new Error('nothing was taken');
    expect(await renewLease(plane.context.db, killed)).toBe(false);
    await settleDelta(plane.context, killed, { state: 'none', size: null, because: 'too late' });
    expect((await rows()).filter(({ state }) => state === 'made')).toHaveLength(4);
  });

  test('leave a delta to the other when they lack its bytes', async () => {
    await plane.database.pool.query(again);
    const store = new ArtifactStore(plane.context.config.dataFolder);
    rmSync(store.path(digest(second)));
    await run();
    const open = (await rows()).filter(({ state }) => state === 'wanted').map(({ key }) => key);
    expect(open).toEqual(['1.0.0 to 1.1.0', '1.1.0 to 1.0.0', '1.1.0 to 1.2.0']);
    writeFileSync(store.path(digest(second)), second);
  });

  test('give a delta up after three attempts that failed, and say why', async () => {
    await plane.database.pool.query(again);
    const store = new ArtifactStore(plane.context.config.dataFolder);
    rmSync(store.path(digest(first)));
    mkdirSync(store.path(digest(first)));
    for (let attempt = 1; attempt <= 3; attempt++) {
      await run();
      const [delta] = ((await deltasOf('1.1.0')) ?? []).filter(({ from }) => from === '1.0.0');
      expect(delta?.state).toBe(attempt < 3 ? 'wanted' : 'none');
      if (attempt === 3) expect(delta?.because).toMatch(/^it could not be made in 3 attempts: EISDIR/);
      await plane.database.pool.query(`UPDATE deltas SET lease_until = now() WHERE state = 'wanted'`);
    }
    rmSync(store.path(digest(first)), { recursive: true });
    writeFileSync(store.path(digest(first)), first);
  });

  test('that are told to stop give the delta back', async () => {
    await plane.database.pool.query(again);
    const stopping = new AbortController();
    const job = deltaJob(plane.context, stopping.signal)();
    stopping.abort(new Error('the server stops'));
    await job;
    const { rows: left } = await plane.database.pool.query(
      `SELECT 1 FROM deltas WHERE state = 'wanted' AND attempts = 0 AND lease_until <= now()`,
    );
    expect(left).toHaveLength(4);
  });
});
