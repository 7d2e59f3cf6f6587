import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TargetCustom } from '@tuesday/protocol';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { realDisk } from '../storage/disk.ts';
import { CutDisk } from '../boot/testing/cut-disk.ts';
import { PowerCut } from '../testing/pretend-flash.ts';
import { RawSlots } from './raw-slots.ts';

const top = mkdtempSync(join(tmpdir(), 'raw-'));
afterAll(() => rmSync(top, { recursive: true }));

const custom: TargetCustom = { tuesday: 1, version: '3.2.5', hardware: 'th-1', securityVersion: 0 };
const image = randomBytes(300_000);
const signedFor = (bytes: Buffer) => ({
  length: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  custom,
});

let folder: string;
let artifact: string;
let paths: { a: string; b: string };
let slots: RawSlots;
beforeEach(() => {
  folder = mkdtempSync(join(top, 'd-'));
  artifact = join(folder, 'artifact');
  paths = { a: join(folder, 'part-a'), b: join(folder, 'part-b') };
  for (const path of [paths.a, paths.b]) writeFileSync(path, Buffer.alloc(400_000, 0x11));
  writeFileSync(artifact, image);
  slots = new RawSlots({ paths, booted: 'a', folder });
});

describe('slots that are partitions or files', () => {
  test('the image stands at the beginning, what is behind it stays, and the slot is whole', async () => {
    expect(await slots.write('b', artifact, signedFor(image))).toEqual({ written: true });
    const written = readFileSync(paths.b);
    expect(written.subarray(0, image.length).equals(image)).toBe(true);
    expect(written.subarray(image.length).equals(Buffer.alloc(100_000, 0x11))).toBe(true);
    expect(await slots.found()).toEqual({ a: null, b: custom });
    const { length, sha256 } = signedFor(image);
    expect(await slots.content('b')).toEqual({ length, sha256, path: paths.b });
  });

  test('the slot that runs is not written, not marked bad, and keeps its label', async () => {
    await new RawSlots({ paths, booted: 'b', folder }).write('a', artifact, signedFor(image));
    const before = readFileSync(paths.a);
    expect(await slots.write('a', artifact, signedFor(image))).toMatchObject({
      refused: { code: 'stage-failed' },
    });
    await expect(slots.markBad('a')).rejects.toThrow('slot a runs');
    expect(readFileSync(paths.a).equals(before)).toBe(true);
    expect((await slots.found()).a).toEqual(custom);
  });

  test.each<[string, Buffer, ReturnType<typeof signedFor>, string, boolean]>([
    [
      'other bytes of the same length',
      image,
      { ...signedFor(image), sha256: 'a'.repeat(64) },
      'wrong-digest',
      true,
    ],
    ['fewer bytes than signed', image.subarray(0, 1_000), signedFor(image), 'wrong-digest', false],
    ['more bytes than signed', Buffer.concat([image, image]), signedFor(image), 'wrong-digest', false],
  ])('%s: refused; a slot that was touched is not whole', async (_, bytes, signed, code, touched) => {
    await slots.write('b', artifact, signedFor(image));
    writeFileSync(artifact, bytes);
    expect(await slots.write('b', artifact, signed)).toMatchObject({ refused: { code } });
    expect((await slots.found()).b === null).toBe(touched);
  });

  test('a block device that is too small is refused before the first byte', async () => {
    const small = join(folder, 'small');
    truncateSync(artifact, 0);
    writeFileSync(artifact, image);
    writeFileSync(small, Buffer.alloc(131_072, 0x22));
    const loop = execFileSync('losetup', ['--find', '--show', small], { encoding: 'utf8' }).trim();
    try {
      const onLoop = new RawSlots({ paths: { a: paths.a, b: loop }, booted: 'a', folder });
      const result = await onLoop.write('b', artifact, signedFor(image));
      expect(result).toMatchObject({
        refused: { code: 'stage-failed', because: expect.stringContaining('smaller') as string },
      });
      expect(readFileSync(small).equals(Buffer.alloc(131_072, 0x22))).toBe(true);
      const fits = image.subarray(0, 131_072);
      writeFileSync(artifact, fits);
      expect(await onLoop.write('b', artifact, signedFor(fits))).toEqual({ written: true });
    } finally {
      execFileSync('losetup', ['-d', loop]);
    }
  });

  test('what the factory wrote gets its label only if it reads back', async () => {
    writeFileSync(paths.a, image);
    expect(await slots.adopt('a', { ...signedFor(image), sha256: 'b'.repeat(64) })).toMatchObject({
      refused: { code: 'wrong-digest' },
    });
    expect((await slots.found()).a).toBeNull();
    expect(await slots.adopt('a', signedFor(image))).toEqual({ written: true });
    expect((await slots.found()).a).toEqual(custom);
  });

  test('stopped in the middle it leaves a slot that is not whole', async () => {
    await slots.write('b', artifact, signedFor(image));
    const stop = new AbortController();
    const slow = {
      ...realDisk,
      update: async (path: string) => (stop.abort(new Error('stopped')), realDisk.update(path)),
    };
    const interrupted = new RawSlots({ paths, booted: 'a', folder }, slow);
    await expect(interrupted.write('b', artifact, signedFor(image), stop.signal)).rejects.toThrow('stopped');
    expect((await slots.found()).b).toBeNull();
  });

  test('cut off at any step, a label stands only on bytes that are whole', async () => {
    const bytes = image.subarray(0, 9_500);
    const seen = { cuts: 0, whole: 0 };
    for (let seed = 1; seed <= 200; seed++) {
      let state = seed;
      const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
      const disk = new CutDisk(random);
      disk.place('/a', Buffer.alloc(10_000));
      disk.place('/b', Buffer.alloc(10_000, 1));
      disk.place('/artifact', bytes);
      const cut = new RawSlots({ paths: { a: '/a', b: '/b' }, booted: 'a', folder: '/d' }, disk);
      await cut.adopt('b', {
        ...signedFor(Buffer.alloc(10_000, 1)),
        custom: { ...custom, version: '1.0.0' },
      });
      disk.cutAfter(seed % 22);
      await cut.write('b', '/artifact', signedFor(bytes)).catch((error: unknown) => {
        if (!(error instanceof PowerCut)) throw error;
        seen.cuts += 1;
      });
      disk.loseWhatWasNotSynced();
      const label = (await cut.found()).b?.version;
      const holds = disk.look('/b') ?? Buffer.alloc(0);
      if (label === '3.2.5') expect(holds.subarray(0, 9_500).equals(bytes)).toBe(true);
      if (label === '1.0.0') expect(holds.equals(Buffer.alloc(10_000, 1))).toBe(true);
      if (label !== undefined) seen.whole += 1;
    }
    expect(seen.cuts).toBeGreaterThan(100);
    expect(seen.whole).toBeGreaterThan(20);
  });
});
