import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootLoader } from '../core/boot-loader.ts';
import { controlOf } from './control-words.ts';
import { WORD_STATES } from './testing/word-states.ts';
import { readSector, SECTOR, sectorOf } from './uboot-sector.ts';

const top = mkdtempSync(join(tmpdir(), 'u-boot-'));
afterAll(() => rmSync(top, { recursive: true }));

const example = join(import.meta.dirname, '../../../../examples/boot/uboot-sector.env');
const LIMIT = 3;
const FIRST = 0x800;
/** Bytes of the flash that holds the environment of U-Boot in QEMU. */
const ENVIRONMENT = 0x40000;

const GARBAGE = Buffer.from(Array.from({ length: SECTOR }, (_, index) => (index * 151 + 89) % 256));
const EVIL = Buffer.alloc(SECTOR);
EVIL.write('default_slot=b\ntrial=0\nmend=echo stolen; poweroff\n');
const SECTORS = [
  ...WORD_STATES.map((words) => sectorOf(words)),
  GARBAGE,
  Buffer.alloc(SECTOR),
  Buffer.alloc(SECTOR, 0xff),
  EVIL,
];

/** Runs the script of the example, up to where it starts a kernel, in the real U-Boot, for every sector. */
function runUboot(): { said: string[]; left: Buffer[] } {
  const disk = join(top, 'disk.img');
  const content = Buffer.concat([Buffer.alloc(FIRST * SECTOR), ...SECTORS]);
  writeFileSync(disk, Buffer.concat([content, Buffer.alloc(1_048_576)]));
  const digits = [...'0123456789abcdef'].join(' ');
  const rows = Array.from({ length: Math.ceil(SECTORS.length / 16) }, (_, row) =>
    (FIRST / 16 + row).toString(16),
  );
  const each = 'run read_state; run mend; run choose; echo "<${slot} ${trial} ${bootcount}>"';
  const lines = readFileSync(example, 'utf8')
    .split('\n')
    .filter((line) => !/^(?:#|$|bootcmd=|sector=)/.test(line));
  const all = `for row in ${rows.join(' ')}; do for digit in ${digits}; do setenv sector \${row}\${digit}; ${each}; done; done`;
  writeFileSync(
    join(top, 'env.txt'),
    [...lines, `bootcmd=virtio scan; ${all}; echo END; poweroff`, ''].join('\n'),
  );
  execFileSync('mkenvimage', ['-s', String(ENVIRONMENT), '-o', join(top, 'flash1'), join(top, 'env.txt')]);
  writeFileSync(join(top, 'flash0'), readFileSync('/usr/lib/u-boot/qemu_arm64/u-boot.bin'));
  for (const flash of ['flash0', 'flash1']) truncateSync(join(top, flash), 67_108_864);
  const pflash = ['flash0', 'flash1'].flatMap((flash) => [
    '-drive',
    `if=pflash,format=raw,file=${join(top, flash)}`,
  ]);
  const machine = [
    '-M',
    'virt',
    '-cpu',
    'cortex-a57',
    '-m',
    '256',
    '-accel',
    'tcg',
    '-nographic',
    '-net',
    'none',
  ];
  const drive = ['-drive', `if=none,id=d,format=raw,file=${disk}`, '-device', 'virtio-blk-pci,drive=d'];
  const output = execFileSync('qemu-system-aarch64', [...machine, ...pflash, ...drive], {
    encoding: 'latin1',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 90_000,
    killSignal: 'SIGKILL',
  });
  const after = readFileSync(disk);
  const left = SECTORS.map((_, index) =>
    after.subarray((FIRST + index) * SECTOR, (FIRST + index + 1) * SECTOR),
  );
  return { said: [...output.matchAll(/<([^$<>]*)>/g)].map(([, text]) => text as string), left };
}

describe('the script in examples/boot/uboot-sector.env, run by U-Boot', () => {
  let result: ReturnType<typeof runUboot>;
  beforeAll(() => {
    result = runUboot();
  }, 120_000);

  test('decides and counts as the core says, in every state that a word can be in', () => {
    expect(result.said.length).toBeGreaterThanOrEqual(SECTORS.length);
    WORD_STATES.forEach((words, index) => {
      const sense = controlOf(words) ?? controlOf(new Map([...words, ['default_slot', 'a']]));
      if (sense === undefined) throw new Error('no sense');
      const expected = bootLoader(sense, LIMIT);
      expect({ words, slot: result.said[index]?.split(' ')[0] }).toEqual({ words, slot: expected.booted });
      const left = readSector(result.left[index] ?? Buffer.alloc(0));
      if (sense.trialSlot === null) expect(left).toEqual(words);
      else expect(controlOf(left)).toEqual(expected.control);
    });
  });

  test.each([
    ['garbage', GARBAGE],
    ['zeros', Buffer.alloc(SECTOR)],
    ['ones', Buffer.alloc(SECTOR, 0xff)],
  ])('takes slot a when the sector is %s', (_, sector) => {
    const index = SECTORS.findIndex((each) => each.equals(sector));
    expect(result.said[index]).toMatch(/^a /);
  });

  test('takes its four words from the sector and nothing else: no command can come in that way', () => {
    expect(result.said[SECTORS.indexOf(EVIL)]).toMatch(/^b 0/);
  });
});
