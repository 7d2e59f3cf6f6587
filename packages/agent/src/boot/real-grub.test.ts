import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootLoader } from '../core/boot-loader.ts';
import { controlOf } from './control-words.ts';
import { grubBlockOf, grubEnvironment, readGrubBlock } from './grub-env.ts';
import { WORD_STATES } from './testing/word-states.ts';

const top = mkdtempSync(join(tmpdir(), 'grub-'));
afterAll(() => rmSync(top, { recursive: true }));
const examples = join(import.meta.dirname, '../../../../examples/boot');
const LIMIT = 3;

describe('grubenv beside grub-editenv', () => {
  test('what the agent writes grub-editenv lists, and the other way round, with everything else in it', async () => {
    const file = join(top, 'grubenv');
    execFileSync('grub-editenv', [file, 'create']);
    execFileSync('grub-editenv', [
      file,
      'set',
      'saved_entry=Debian GNU/Linux',
      'back=c:\\boot\\x',
      'lines=one\ntwo',
    ]);
    const before = execFileSync('grub-editenv', [file, 'list'], { encoding: 'utf8' });
    const store = grubEnvironment(file);
    expect(await store.read()).toBeUndefined();
    await store.write({ defaultSlot: 'a', trialSlot: 'b', attempts: 1 }, LIMIT);
    const list = execFileSync('grub-editenv', [file, 'list'], { encoding: 'utf8' });
    expect(list).toBe(`bootcount=1\ndefault_slot=a\ntrial=1\ntrial_slot=b\n${before}`);
    execFileSync('grub-editenv', [file, 'set', 'default_slot=b', 'trial=2', 'bootcount=3']);
    expect(await store.read()).toEqual({ defaultSlot: 'b', trialSlot: null, attempts: 3 });
  });

  test('a file that is lost or too short is made anew, so that GRUB can write to it', async () => {
    for (const content of [undefined, 'short', '']) {
      const file = join(top, 'anew');
      rmSync(file, { force: true });
      if (content !== undefined) writeFileSync(file, content);
      expect(await grubEnvironment(file).read()).toBeUndefined();
      await grubEnvironment(file).write({ defaultSlot: 'b', trialSlot: null, attempts: 0 }, LIMIT);
      expect(execFileSync('grub-editenv', [file, 'list'], { encoding: 'utf8' })).toContain(
        'default_slot=b\n',
      );
    }
  });
});

/** Runs the script of `examples/boot/grub.cfg`, up to where it starts a kernel, in the real GRUB, for every state. */
function runGrub(): { said: string[]; left: Buffer[] } {
  const disk = join(top, 'disk');
  mkdirSync(disk);
  const states = [...WORD_STATES.map((words) => grubBlockOf(words)), Buffer.alloc(1024, 0xa5)];
  states.forEach((block, index) => writeFileSync(join(disk, `env${index}`), block));
  const script = readFileSync(join(examples, 'grub.cfg'), 'utf8');
  const decide = script.slice(0, script.indexOf('# Returns when')).replace(/^set grubenv=.*$/m, '');
  if (decide.length === script.length) throw new Error('grub.cfg has another shape than this test expects');
  writeFileSync(join(disk, 'decide.cfg'), decide);
  const image = join(top, 'disk.img');
  execFileSync('mke2fs', ['-q', '-t', 'ext2', '-b', '1024', '-d', disk, image, '4M']);
  writeFileSync(join(top, 'device.map'), `(hd0) ${image}\n`);
  const folder = join(top, 'emu');
  mkdirSync(folder);
  const runs = states.map(
    (_, index) => `set grubenv=(hd0)/env${index}\nsource (hd0)/decide.cfg\necho "<$slot $trial $bootcount>"`,
  );
  writeFileSync(join(folder, 'grub.cfg'), ['insmod ext2', ...runs, 'exit', ''].join('\n'));
  const args = ['-d', folder, '-m', join(top, 'device.map'), '-r', 'host'];
  const output = execFileSync('grub-emu', args, {
    encoding: 'utf8',
    env: { ...process.env, TERM: 'dumb' },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 60_000,
  });
  const left = states.map((_, index) =>
    execFileSync('debugfs', ['-R', `cat /env${index}`, image], { stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  return { said: [...output.matchAll(/<(.*?)>/g)].map(([, text]) => text as string), left };
}

describe('the script in examples/boot/grub.cfg, run by GRUB', () => {
  let result: ReturnType<typeof runGrub>;
  beforeAll(() => {
    result = runGrub();
  }, 120_000);

  test('decides and counts as the core says, in every state that a word can be in', () => {
    expect(result.said).toHaveLength(WORD_STATES.length + 1);
    WORD_STATES.forEach((words, index) => {
      const sense = controlOf(words) ?? controlOf(new Map([...words, ['default_slot', 'a']]));
      if (sense === undefined) throw new Error('no sense');
      const expected = bootLoader(sense, LIMIT);
      const said = result.said[index]?.split(' ')[0];
      expect({ words, slot: said }).toEqual({ words, slot: expected.booted });
      const left = readGrubBlock(result.left[index] ?? Buffer.alloc(0));
      if (sense.trialSlot === null) expect(left).toEqual(words);
      else expect(left && controlOf(left)).toEqual(expected.control);
    });
  });

  test('takes slot a when the block is none', () => {
    expect(result.said.at(-1)).toMatch(/^a /);
  });
});
