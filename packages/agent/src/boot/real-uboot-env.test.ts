import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readDefaults } from './uboot-env-block.ts';
import { ubootEnvironment } from './uboot-env.ts';

const top = mkdtempSync(join(tmpdir(), 'environment-'));
afterAll(() => rmSync(top, { recursive: true }));

const SIZE = 4_096;
const DEFAULTS = 'bootcmd=run boot_slot\nbootdelay=0\nnote=a=b, and more\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(top, 'd-'));
  writeFileSync(join(folder, 'defaults'), DEFAULTS);
});

/** One file with the copies behind each other, as on one eMMC, and the configuration of the real tools. */
function place(copies: number) {
  const device = join(folder, 'mmc');
  writeFileSync(device, Buffer.alloc(512 + copies * SIZE));
  const offsets = Array.from({ length: copies }, (_, index) => 512 + index * SIZE);
  const lines = offsets.map((offset) => `${device} 0x${offset.toString(16)} 0x${SIZE.toString(16)}\n`);
  writeFileSync(join(folder, 'fw_env.config'), lines.join(''));
  const store = ubootEnvironment({
    copies: offsets.map((offset) => ({ device, offset })),
    size: SIZE,
    defaults: readDefaults(DEFAULTS),
  });
  return { device, offsets, store };
}

const files = () => ['-c', join(folder, 'fw_env.config'), '-f', join(folder, 'defaults')];
const printenv = () => readDefaults(execFileSync('fw_printenv', files(), { encoding: 'latin1' }));
const setenv = (name: string, value: string) => execFileSync('fw_setenv', [...files(), name, value]);

describe.each([1, 2])('the environment of U-Boot in %i copies, beside the tools of Debian', (copies) => {
  test('what the agent writes fw_printenv reads, again and again', async () => {
    const { store } = place(copies);
    for (const trialSlot of [null, 'b', null, 'b', null] as const) {
      await store.write({ defaultSlot: 'a', trialSlot, attempts: trialSlot ? 2 : 0 }, 3);
      const words = printenv();
      expect(words.get('upgrade_available')).toBe(trialSlot ? '1' : '0');
      expect(words.get('bootcount')).toBe(trialSlot ? '2' : '0');
      expect([words.get('bootcmd'), words.get('note')]).toEqual(['run boot_slot', 'a=b, and more']);
    }
  });

  test('what fw_setenv writes the agent reads, and keeps', async () => {
    const { store } = place(copies);
    expect(await store.read()).toBeUndefined();
    for (const [name, value] of [
      ['default_slot', 'b'],
      ['trial_slot', 'a'],
      ['upgrade_available', '1'],
      ['bootcount', '1'],
      ['serial', 'x=1 y'],
    ] as const)
      setenv(name, value);
    expect(await store.read()).toEqual({ defaultSlot: 'b', trialSlot: 'a', attempts: 1 });
    await store.write({ defaultSlot: 'a', trialSlot: null, attempts: 0 }, 3);
    expect(printenv().get('serial')).toBe('x=1 y');
  });
});

describe('two copies', () => {
  test('agent and tools agree on the newer one, also when the count of writes goes around', async () => {
    const { device, offsets, store } = place(2);
    await store.write({ defaultSlot: 'a', trialSlot: null, attempts: 0 }, 3);
    const serials = new Set<number>();
    for (let write = 0; write < 300; write++) {
      const attempts = write % 4;
      await store.write({ defaultSlot: 'a', trialSlot: 'b', attempts }, 3);
      const disk = readFileSync(device);
      const pair = offsets.map((offset) => disk.readUInt8(offset + 4));
      pair.forEach((serial) => serials.add(serial));
      // A process is slow: ask the real tool around the turn, and now and then.
      if (pair.some((serial) => serial < 2 || serial > 253) || write % 50 === 0) {
        expect(printenv().get('bootcount')).toBe(String(attempts));
      }
    }
    expect(serials.size).toBe(256);
  });

  test('when the newer one is damaged both fall back to the older one', async () => {
    const { device, offsets, store } = place(2);
    await store.write({ defaultSlot: 'a', trialSlot: null, attempts: 0 }, 3);
    await store.write({ defaultSlot: 'b', trialSlot: null, attempts: 0 }, 3);
    const disk = readFileSync(device);
    const newer = disk.readUInt8((offsets[0] ?? 0) + 4) > disk.readUInt8((offsets[1] ?? 0) + 4) ? 0 : 1;
    disk[(offsets[newer] ?? 0) + 9] = 0x7a;
    writeFileSync(device, disk);
    expect((await store.read())?.defaultSlot).toBe('a');
    expect(printenv().get('default_slot')).toBe('a');
  });

  test('an image of mkenvimage, which fills up with ones, is read', async () => {
    const { device, offsets, store } = place(2);
    const text = join(folder, 'text');
    writeFileSync(text, `${DEFAULTS}default_slot=b\n`);
    const image = join(folder, 'image');
    execFileSync('mkenvimage', ['-r', '-s', String(SIZE), '-o', image, text]);
    const disk = readFileSync(device);
    readFileSync(image).copy(disk, offsets[0]);
    writeFileSync(device, disk);
    expect(await store.read()).toEqual({ defaultSlot: 'b', trialSlot: null, attempts: 0 });
  });
});
