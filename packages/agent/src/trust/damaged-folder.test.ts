import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clockOf } from '@tuesday/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../run/testing/control-plane.ts';
import { TrustFolder } from './trust-folder.ts';
import { TargetVerifier } from './verify-target.ts';

const NOW = Date.UTC(2031, 0, 7, 9);
const TARGET = '3.2.5/th-1.bundle';
const release = Buffer.from('firmware');
const signed = { length: release.length, sha256: createHash('sha256').update(release).digest('hex') };
/** So many bytes from one that is altered to the next. */
const EVERY = 61;

const top = mkdtempSync(join(tmpdir(), 'trust-'));
let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane(release, NOW);
});
afterAll(async () => {
  await plane.close();
  rmSync(top, { recursive: true });
});

const clock = { ...clockOf({ origin: 0, at: 0, rate: 1 }), now: () => NOW };

function verify(folder: string) {
  const trust = new TrustFolder({ folder, pinnedRoot: plane.rootJson, clock });
  const verifier = new TargetVerifier(plane.server, trust);
  return verifier.verify(TARGET, new AbortController().signal);
}

async function filledFolder(): Promise<string> {
  const folder = join(mkdtempSync(join(top, 'device-')), 'trust');
  expect(await verify(folder)).toMatchObject({ signed, root: 1 });
  return folder;
}

const ROLES = ['root', 'timestamp', 'snapshot', 'targets'] as const;

/** What a power cut, a full disk or a decaying flash leaves of a file that is written in place. */
const DAMAGES: ReadonlyArray<readonly [string, (whole: Buffer) => Buffer | undefined]> = [
  ['missing', () => undefined],
  ['empty', () => Buffer.alloc(0)],
  ['cut to half', (whole) => whole.subarray(0, whole.length >> 1)],
  ['cut to a sector', (whole) => whole.subarray(0, 512)],
  ['full of zeros', (whole) => Buffer.alloc(whole.length)],
  ['another JSON', () => Buffer.from('{}')],
  ['no object', () => Buffer.from('null')],
  ['unsigned', (whole) => Buffer.from(JSON.stringify({ ...parsed(whole), signatures: [] }))],
];

const parsed = (whole: Buffer) => JSON.parse(whole.toString()) as object;

describe.each(ROLES)('kept metadata of %s', (role) => {
  test.each(DAMAGES)('that is found %s stands in nobody’s way', async (_, damage) => {
    const folder = await filledFolder();
    const file = join(folder, `${role}.json`);
    const left = damage(readFileSync(file));
    if (left === undefined) rmSync(file);
    else writeFileSync(file, left);
    expect(await verify(folder)).toMatchObject({ signed, root: 1 });
  });

  test('with any bit flipped neither', async () => {
    const folder = await filledFolder();
    const file = join(folder, `${role}.json`);
    const whole = readFileSync(file);
    let tried = 0;
    for (let at = 0; at < whole.length; at += EVERY) {
      const altered = Buffer.from(whole);
      altered[at] = (whole[at] ?? 0) ^ 1;
      writeFileSync(file, altered);
      expect(await verify(folder), `byte ${at} of ${whole.length}`).toMatchObject({ signed, root: 1 });
      tried += 1;
    }
    expect(tried).toBeGreaterThan(5);
  });
});

test('all of it missing or torn at once is as on the first day', async () => {
  const folder = await filledFolder();
  for (const role of ROLES) writeFileSync(join(folder, `${role}.json`), '{"signed":{"_ty');
  expect(await verify(folder)).toMatchObject({ signed, root: 1 });
});
