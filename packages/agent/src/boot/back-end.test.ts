import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { DeviceStorage } from '../storage/device-storage.ts';
import { realDisk } from '../storage/disk.ts';
import { backEndSchema, openBackEnd } from './back-end.ts';
import { checkMachine } from './machine-config.ts';

const top = mkdtempSync(join(tmpdir(), 'back-end-'));
afterAll(() => rmSync(top, { recursive: true }));

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(top, 'd-'));
  writeFileSync(at('a'), Buffer.alloc(4_096));
  writeFileSync(at('b'), Buffer.alloc(4_096));
  writeFileSync(at('state'), Buffer.alloc(8_192));
  writeFileSync(at('defaults'), 'bootcmd=run it\n');
  writeFileSync(at('cmdline'), 'console=ttyS0 tuesday.slot=a quiet\n');
  mkdirSync(at('loader/entries'), { recursive: true });
  mkdirSync(at('efivars'));
});

const machine = () => ({ slots: { a: at('a'), b: at('b') }, cmdline: at('cmdline') });
const lines = { a: ['efi /a.efi'], b: ['efi /b.efi'] };
const CONFIGS = {
  'u-boot-sector': () => ({ kind: 'u-boot-sector', device: at('state'), offset: 512, ...machine() }),
  'u-boot-environment': () => ({
    kind: 'u-boot-environment',
    copies: [
      { device: at('state'), offset: 0 },
      { device: at('state'), offset: 4_096 },
    ],
    size: 4_096,
    defaults: at('defaults'),
    ...machine(),
  }),
  grub: () => ({ kind: 'grub', grubenv: at('grubenv'), ...machine() }),
  'systemd-boot': () => ({
    kind: 'systemd-boot',
    entries: at('loader/entries'),
    efivars: at('efivars'),
    lines,
    ...machine(),
  }),
};
type Kind = keyof typeof CONFIGS;

const open = (config: object) =>
  openBackEnd(backEndSchema.parse(config), new DeviceStorage(folder), realDisk);

/** As the kernel shows it: four bytes of attributes, then UTF-16. */
function efiVariable(name: string, value: string): void {
  const file = at(`efivars/${name}-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f`);
  writeFileSync(file, Buffer.concat([Buffer.from([6, 0, 0, 0]), Buffer.from(`${value}\0`, 'utf16le')]));
}

describe('a back-end is opened', () => {
  test.each(Object.keys(CONFIGS) as Kind[])('%s as configured, under the name of its kind', async (kind) => {
    const opened = await open(CONFIGS[kind]());
    if ('refused' in opened) throw new Error(opened.refused.because);
    expect(opened.boot.promises.name).toBe(kind);
    const { control, booted } = await opened.boot.boot(3);
    expect([control.defaultSlot, booted]).toEqual(['a', 'a']);
  });

  test('systemd-boot although it started an entry of ours by its counted name', async () => {
    efiVariable('LoaderEntrySelected', 'tuesday-a+2-1.conf');
    efiVariable('LoaderEntryDefault', '');
    writeFileSync(at('loader/loader.conf'), 'timeout 0\ndefault tuesday-*\n');
    expect(await open(CONFIGS['systemd-boot']())).not.toHaveProperty('refused');
  });
});

describe('a back-end is not opened', () => {
  test.each<[string, Kind, (config: object) => object | void, string]>([
    ['when a slot is not there', 'grub', () => rmSync(at('b')), 'backEnd.slots.b'],
    [
      'when a slot is a folder',
      'grub',
      (c) => ({ ...c, slots: { a: at('efivars'), b: at('b') } }),
      'backEnd.slots.a',
    ],
    [
      'when both slots are one',
      'grub',
      (c) => ({ ...c, slots: { a: at('a'), b: at('a') } }),
      'backEnd.slots.b',
    ],
    [
      'when both slots are one by a link',
      'grub',
      (c) => (symlinkSync(at('a'), at('link')), { ...c, slots: { a: at('a'), b: at('link') } }),
      'backEnd.slots.b',
    ],
    [
      'when both slots are one under two names',
      'grub',
      (c) => (linkSync(at('a'), at('second')), { ...c, slots: { a: at('a'), b: at('second') } }),
      'backEnd.slots.b',
    ],
    [
      'when the command line names no slot',
      'grub',
      () => writeFileSync(at('cmdline'), 'quiet'),
      'backEnd.cmdline',
    ],
    [
      'when the command line names a slot that there is not',
      'grub',
      () => writeFileSync(at('cmdline'), 'tuesday.slot=c'),
      'backEnd.cmdline',
    ],
    ['when there is no command line', 'grub', () => rmSync(at('cmdline')), 'backEnd.cmdline'],
    [
      'when the folder of grubenv is not there',
      'grub',
      (c) => ({ ...c, grubenv: at('no/grubenv') }),
      'backEnd.grubenv',
    ],
    ['when the device is not there', 'u-boot-sector', () => rmSync(at('state')), 'backEnd.device'],
    ['when the state is in a slot', 'u-boot-sector', (c) => ({ ...c, device: at('b') }), 'backEnd.device'],
    [
      'when the sector is behind the end',
      'u-boot-sector',
      (c) => ({ ...c, offset: 8_192 }),
      'backEnd.offset',
    ],
    [
      'when the copies lie over each other',
      'u-boot-environment',
      (c) => ({ ...c, copies: [0, 512].map((offset) => ({ device: at('state'), offset })) }),
      'backEnd.copies.1',
    ],
    [
      'when a copy is behind the end',
      'u-boot-environment',
      (c) => ({ ...c, size: 8_192 }),
      'backEnd.copies.1.offset',
    ],
    [
      'when the defaults are not there',
      'u-boot-environment',
      () => rmSync(at('defaults')),
      'backEnd.defaults',
    ],
    [
      'when the defaults boot nothing',
      'u-boot-environment',
      () => writeFileSync(at('defaults'), 'x=1\n'),
      'backEnd.defaults',
    ],
    [
      'when there are no entries',
      'systemd-boot',
      (c) => ({ ...c, entries: at('loader/none') }),
      'backEnd.entries',
    ],
    [
      'when an entry would load nothing',
      'systemd-boot',
      (c) => ({ ...c, lines: { ...lines, b: ['options quiet'] } }),
      'backEnd.lines.b',
    ],
    [
      'when the entry that was started belongs to the other slot',
      'systemd-boot',
      () => efiVariable('LoaderEntrySelected', 'tuesday-b+2-1.conf'),
      'backEnd.lines.b',
    ],
    [
      'when an EFI variable holds the default',
      'systemd-boot',
      () => efiVariable('LoaderEntryDefault', 'tuesday-a.conf'),
      'backEnd.efivars',
    ],
    [
      'when loader.conf holds the default',
      'systemd-boot',
      () => writeFileSync(at('loader/loader.conf'), 'default tuesday-a.conf\n'),
      'backEnd.entries',
    ],
  ])('%s', async (_, kind, spoil, field) => {
    const config = CONFIGS[kind]();
    const opened = await open(spoil(config) ?? config);
    expect(opened).toMatchObject({ refused: { code: 'config-invalid', field } });
  });

  test.each<[string, object, string]>([
    ['an offset that is not aligned', { offset: 100 }, 'multiple of 512'],
    ['a path that is not absolute', { device: 'dev/vda1' }, 'absolute'],
    ['a setting that there is not', { devise: '/dev/vda1' }, 'devise'],
  ])('with %s, and says which', (_, more, says) => {
    const parsed = backEndSchema.safeParse({ ...CONFIGS['u-boot-sector'](), ...more });
    expect(parsed.error?.message).toContain(says);
  });

  test('when the spare slot is mounted, whatever the command line says', async () => {
    const loop = execFileSync('losetup', ['--find', '--show', at('b')], { encoding: 'utf8' }).trim();
    try {
      const number = execFileSync('lsblk', ['-dno', 'MAJ:MIN', loop], { encoding: 'utf8' }).trim();
      writeFileSync(
        at('mounts'),
        `22 1 8:99 / / rw - ext4 /dev/sda1 rw\n23 1 ${number} / /mnt ro - ext4 ${loop} ro\n`,
      );
      const config = { slots: { a: at('a'), b: loop }, cmdline: at('cmdline'), reboot: ['false'] };
      expect(await checkMachine(config, at('mounts'))).toMatchObject({
        refused: { field: 'backEnd.slots.b', because: expect.stringContaining('/mnt') as string },
      });
      expect(await checkMachine(config)).toEqual({ slot: 'a' });
    } finally {
      execFileSync('losetup', ['-d', loop]);
    }
  });

  test('and nothing has been written then', async () => {
    const before = readFileSync(at('state'));
    await open({ ...CONFIGS['u-boot-sector'](), slots: { a: at('a'), b: at('a') } });
    expect(readFileSync(at('state')).equals(before)).toBe(true);
  });
});
