import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clockOf } from '@tuesday/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { download } from '../download/ranged-download.ts';
import { type Origin, origin, sha256Of } from '../download/testing/origin.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { fetchByDelta } from './fetch-delta.ts';
import { faultyDisk } from './testing/faulty-disk.ts';
import { nextOf, noise, patch } from './testing/patch.ts';

const base = noise(150_000, 5);
const image = nextOf(base, 6);
const delta = patch(base, image);
const [from, to] = [sha256Of(base), sha256Of(image)];
/** What an older release left, of nearly the same length: it must never be taken for a part of this one. */
const stale = nextOf(base, 7).subarray(0, 100_000);

let server: Origin;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'delta-cut-'));
  server = await origin([
    ['/whole', image],
    [`/device/v1/trust/deltas/${from}/${to}`, delta],
  ]);
  writeFileSync(join(folder, 'running'), base);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** As the device does: by delta, or else the whole. */
async function fetchIt(home: string, disk: Disk): Promise<'delta' | 'whole'> {
  const how = {
    headers: {},
    file: join(home, 'bundle'),
    signed: { length: image.length, sha256: to },
    clock: clockOf({ origin: 0, at: 0, rate: 1_000 }),
    random: () => 0.5,
    signal: new AbortController().signal,
    backOff: { baseMillis: 1, capMillis: 1 },
    attempts: 1,
    disk,
  };
  const running = { length: base.length, sha256: from, path: join(folder, 'running') };
  const why = await fetchByDelta({
    ...how,
    base: running,
    server: server.url,
    mirrors: [],
    memoryBytes: 1e8,
  });
  if (why === undefined) return 'delta';
  const got = await download({ ...how, url: new URL('/whole', server.url) });
  if ('refused' in got) throw new Error(got.refused.because);
  return 'whole';
}

async function newHome(name: string): Promise<string> {
  const home = join(folder, name);
  await realDisk.makeFolder(home);
  writeFileSync(join(home, 'bundle'), stale);
  writeFileSync(join(home, 'bundle.part.json'), JSON.stringify({ sha256: sha256Of(Buffer.from('older')) }));
  return home;
}

test('a download by delta that is cut at any change of the disk ends with the signed bytes the next time', async () => {
  const counting = faultyDisk(Number.POSITIVE_INFINITY, false);
  expect(await fetchIt(await newHome('counting'), counting)).toBe('delta');
  expect(counting.changes).toBeGreaterThan(15);
  const ends = { delta: 0, whole: 0 };
  for (let at = 1; at <= counting.changes; at++) {
    for (const half of counting.writes.has(at) ? [false, true] : [false]) {
      const home = await newHome(`${at}-${half}`);
      const failing = faultyDisk(at, half);
      await fetchIt(home, failing).catch(() => undefined);
      expect(failing.changes, `the cut at ${at} happened`).toBeGreaterThanOrEqual(at);
      const way = await fetchIt(home, faultyDisk(Number.POSITIVE_INFINITY, false));
      expect(readFileSync(join(home, 'bundle')).equals(image), `cut at change ${at}, half ${half}`).toBe(
        true,
      );
      ends[way] += 1;
      rmSync(home, { recursive: true });
    }
  }
  console.log(`cut points of a delta: ${counting.changes + counting.writes.size}; ended by`, ends);
  expect(ends.delta).toBeGreaterThan(counting.changes / 2);
});
