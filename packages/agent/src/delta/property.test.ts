import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256Of } from '../download/testing/origin.ts';
import { realDisk } from '../storage/disk.ts';
import { NoDelta, rebuild } from './rebuild.ts';
import { nextOf, noise, patch } from './testing/patch.ts';

type Damage = 'none' | 'flip' | 'cut' | 'insert' | 'other delta' | 'base flipped' | 'base cut';
const damages: readonly Damage[] = [
  'none',
  'flip',
  'cut',
  'insert',
  'other delta',
  'base flipped',
  'base cut',
];

function damaged(bytes: Buffer, how: 'flip' | 'cut' | 'insert', at: number, seed: number): Buffer {
  const place = at % bytes.length;
  if (how === 'cut') return bytes.subarray(0, place);
  if (how === 'insert')
    return Buffer.concat([bytes.subarray(0, place), noise(7, seed), bytes.subarray(place)]);
  const copy = Buffer.from(bytes);
  copy[place] = (copy[place] ?? 0) ^ (1 + (seed % 255));
  return copy;
}

test('whatever happens to delta or base, the device ends with the signed bytes or with none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'delta-property-'));
  const reached: Record<string, number> = {};
  const count = (what: string) => (reached[what] = (reached[what] ?? 0) + 1);
  const file = join(folder, 'bundle');
  const given = fc.record({
    seed: fc.integer({ min: 0, max: 1e9 }),
    size: fc.integer({ min: 1, max: 60_000 }),
    edits: fc.integer({ min: 0, max: 60 }),
    at: fc.nat(1e6),
    damage: fc.constantFrom(...damages),
  });
  try {
    await fc.assert(
      fc.asyncProperty(given, async ({ seed, size, edits, at, damage }) => {
        const base = noise(size, seed);
        const image = nextOf(base, seed + 1, edits);
        const signed = { length: image.length, sha256: sha256Of(image) };
        let delta = patch(base, image);
        let running = base;
        if (damage === 'other delta') delta = patch(base, nextOf(base, seed + 9, edits + 1));
        else if (damage === 'base flipped') running = damaged(base, 'flip', at, seed);
        else if (damage === 'base cut') running = base.subarray(0, at % size);
        else if (damage !== 'none') delta = damaged(delta, damage, at, seed);
        writeFileSync(join(folder, 'running'), running);
        writeFileSync(join(folder, 'delta'), delta);
        writeFileSync(file, 'before');
        const before = await rebuild({
          delta: join(folder, 'delta'),
          base: { length: base.length, sha256: sha256Of(base), path: join(folder, 'running') },
          signed,
          file,
          memoryBytes: 1e7,
          disk: realDisk,
          signal: new AbortController().signal,
        }).then(
          () => 'signed bytes',
          (error: unknown) => {
            if (!(error instanceof NoDelta)) throw error;
            return 'fell back';
          },
        );
        const now = readFileSync(file);
        if (before === 'signed bytes') expect(sha256Of(now)).toBe(signed.sha256);
        else expect(now.toString()).toBe('before');
        if (damage === 'none') expect(before).toBe('signed bytes');
        count(`${damage}: ${before}`);
      }),
      { numRuns: 150 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
  console.log('deltas put together:', reached);
  for (const damage of damages.filter((one) => one !== 'none'))
    expect(reached[`${damage}: fell back`] ?? 0, damage).toBeGreaterThan(5);
  expect(reached['none: signed bytes']).toBeGreaterThan(5);
});
