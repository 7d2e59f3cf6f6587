import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootLoader } from '../core/boot-loader.ts';
import { controlOf } from './control-words.ts';
import { runUboot, scriptLines } from './testing/run-uboot.ts';
import { WORD_STATES } from './testing/word-states.ts';
import { readSector, SECTOR, sectorOf } from './uboot-sector.ts';

const top = mkdtempSync(join(tmpdir(), 'u-boot-'));
afterAll(() => rmSync(top, { recursive: true }));

const examples = join(import.meta.dirname, '../../../../examples/boot');
const LIMIT = 3;
const FIRST = 0x800;

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

/** Runs the script of the example, up to where it starts a kernel, for every sector. */
function runSectors(): { said: string[]; left: Buffer[] } {
  const disk = join(top, 'disk.img');
  const content = Buffer.concat([Buffer.alloc(FIRST * SECTOR), ...SECTORS]);
  writeFileSync(disk, Buffer.concat([content, Buffer.alloc(1_048_576)]));
  const digits = Array.from({ length: 16 }, (_, digit) => digit.toString(16)).join(' ');
  const rows = Array.from({ length: Math.ceil(SECTORS.length / 16) }, (_, row) =>
    (FIRST / 16 + row).toString(16),
  );
  const each = 'run read_state; run mend; run choose; echo "<${slot} ${trial} ${bootcount}>"';
  const all = `for row in ${rows.join(' ')}; do for digit in ${digits}; do setenv sector \${row}\${digit}; ${each}; done; done`;
  const lines = scriptLines(join(examples, 'uboot-sector.env'), ['bootcmd', 'sector']);
  const said = runUboot(top, [...lines, `bootcmd=virtio scan; ${all}; poweroff`], disk);
  const after = readFileSync(disk);
  const left = SECTORS.map((_, index) =>
    after.subarray((FIRST + index) * SECTOR, (FIRST + index + 1) * SECTOR),
  );
  return { said, left };
}

/** Runs the script that keeps its state in the environment, for every state and with a `save` of our own. */
function runWords(save: string): string[] {
  const disk = join(top, 'empty.img');
  writeFileSync(disk, Buffer.alloc(1_048_576));
  const set = (name: string) =>
    `setenv ${name} \${${name[0]}}; if test \${${name[0]}} = none; then setenv ${name}; fi`;
  const names = ['default_slot', 'trial_slot', 'upgrade_available', 'bootcount'];
  const each = `${names.map(set).join('; ')}; run mend; run choose; echo "<\${slot} \${upgrade_available} \${bootcount}>"`;
  const loops = [
    'for d in a b x none; do for t in a b x none; do',
    'for u in 0 1 2 none; do for b in 0 1 2 3 4 none; do',
    `${each}; done; done; done; done`,
  ];
  const lines = scriptLines(join(examples, 'uboot-env.env'), ['bootcmd', 'save', ...names]);
  return runUboot(top, [...lines, `save=${save}`, `bootcmd=${loops.join(' ')}; poweroff`], disk);
}

describe('the script in examples/boot/uboot-sector.env, run by U-Boot', () => {
  let result: ReturnType<typeof runSectors>;
  beforeAll(() => {
    result = runSectors();
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

describe('the script in examples/boot/uboot-env.env, run by U-Boot', () => {
  /** The environment calls the trial by another name, and gives up with 0. */
  const expected = WORD_STATES.map((words) => {
    const known = [...words].filter(([, value]) => value !== 'x');
    const sense = controlOf(new Map([['default_slot', 'a'] as const, ...known]));
    if (sense === undefined) throw new Error('no sense');
    return { sense, after: bootLoader(sense, LIMIT) };
  });

  test('decides and counts as the core says, in every state that a word can be in', () => {
    const said = runWords('true');
    expect(said).toHaveLength(WORD_STATES.length);
    expected.forEach(({ sense, after: { booted, control } }, index) => {
      const [slot, trial, attempts] = (said[index] ?? '').split(' ');
      expect([WORD_STATES[index], slot]).toEqual([WORD_STATES[index], booted]);
      if (sense.trialSlot === null) return;
      expect([trial === '1', attempts]).toEqual([control.trialSlot !== null, String(control.attempts)]);
    });
  }, 120_000);

  test('begins no trial that it cannot count', () => {
    const said = runWords('false');
    expect(said.map((each) => each[0])).toEqual(expected.map(({ sense }) => sense.defaultSlot));
  }, 120_000);
});
