import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { SECTOR, ubootSector } from './uboot-sector.ts';

const top = mkdtempSync(join(tmpdir(), 'sector-'));
afterAll(() => rmSync(top, { recursive: true }));

let device: string;
beforeEach(() => {
  device = join(mkdtempSync(join(top, 'd-')), 'disk');
  writeFileSync(device, Buffer.alloc(8 * SECTOR, 0xee));
});

describe('the state sector of U-Boot', () => {
  test('holds four lines, zeros up to its end, and touches no neighbour', async () => {
    await ubootSector(device, 2 * SECTOR).write({ defaultSlot: 'a', trialSlot: 'b', attempts: 0 }, 3);
    const disk = readFileSync(device);
    const text = 'bootcount=0\ndefault_slot=a\ntrial=1\ntrial_slot=b\n';
    const expected = Buffer.alloc(8 * SECTOR, 0xee).fill(0, 2 * SECTOR, 3 * SECTOR);
    expected.write(text, 2 * SECTOR);
    expect(disk.equals(expected)).toBe(true);
  });

  test('keeps its length from one control to the next, so that a torn write has whole words', async () => {
    const store = ubootSector(device, 0);
    const lengths = new Set<number>();
    for (const trialSlot of [null, 'a', 'b'] as const) {
      await store.write({ defaultSlot: 'b', trialSlot, attempts: 3 }, 3);
      lengths.add(readFileSync(device).indexOf(0));
    }
    expect(lengths.size).toBe(1);
  });

  test('more words than fit are left out from the end, never ours', async () => {
    const filling = `note=${'x'.repeat(SECTOR - 6)}\n`;
    writeFileSync(device, filling);
    const store = ubootSector(device, 0);
    await store.write({ defaultSlot: 'b', trialSlot: null, attempts: 0 }, 3);
    expect(await store.read()).toEqual({ defaultSlot: 'b', trialSlot: null, attempts: 0 });
    expect(readFileSync(device, 'latin1')).not.toContain('note');
  });
});
