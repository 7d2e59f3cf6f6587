import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SlotName } from '@tuesday/protocol';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { BootControl } from '../core/types.ts';
import { EntriesStore } from './systemd-boot.ts';

const top = mkdtempSync(join(tmpdir(), 'entries-'));
afterAll(() => rmSync(top, { recursive: true }));

const lines = { a: ['efi /tuesday/a.efi'], b: ['efi /tuesday/b.efi'] };

let partition: string;
let entries: string;
beforeEach(() => {
  partition = mkdtempSync(join(top, 'esp-'));
  entries = join(partition, 'loader', 'entries');
  for (const folder of ['loader/entries', 'EFI/BOOT', 'tuesday'])
    mkdirSync(join(partition, folder), { recursive: true });
  for (const slot of ['a', 'b']) writeFileSync(join(partition, 'tuesday', `${slot}.efi`), '');
  writeFileSync(join(partition, 'loader', 'loader.conf'), 'default tuesday-*\n');
  writeFileSync(
    join(entries, 'tuesday-a.conf'),
    'title a\nsort-key tuesday\nversion 1\nefi /tuesday/a.efi\n',
  );
  writeFileSync(
    join(entries, 'tuesday-b+0.conf'),
    'title b\nsort-key tuesday\nversion 0\nefi /tuesday/b.efi\n',
  );
  // Of somebody else, and for our pattern not in the running.
  writeFileSync(join(entries, 'debian.conf'), 'title debian\nversion 99\nefi /tuesday/a.efi\n');
});

const store = (booted: SlotName) => new EntriesStore({ folder: entries, prefix: 'tuesday', lines, booted });

/** What `bootctl` of Debian says of the entries; it wants a file system of its own, which is mounted for it alone. */
function bootctl(): {
  slot: SlotName;
  left: number | undefined;
  done: number | undefined;
  isDefault: boolean;
}[] {
  const script =
    'mount -t tmpfs none "$1/mnt" && cp -r "$1"/loader "$1"/EFI "$1"/tuesday "$1/mnt" && bootctl --esp-path="$1/mnt" list';
  mkdirSync(join(partition, 'mnt'), { recursive: true });
  const text = execFileSync('unshare', ['-m', 'sh', '-c', script, 'sh', partition], {
    encoding: 'utf8',
    env: { ...process.env, SYSTEMD_RELAX_ESP_CHECKS: '1' },
  });
  const blocks = text.split(/\n\n+/).filter((block) => block.includes('tuesday-'));
  return blocks.map((block) => ({
    slot: /id: tuesday-([ab])/.exec(block)?.[1] as SlotName,
    left: numberIn(/tries: (\d+) left/.exec(block)),
    done: numberIn(/(\d+) done/.exec(block)),
    isDefault: block.includes('(default)'),
  }));
}

function numberIn(match: RegExpExecArray | null): number | undefined {
  return match === null ? undefined : Number(match[1]);
}

const control = (defaultSlot: SlotName, trialSlot: SlotName | null = null, attempts = 0): BootControl => ({
  defaultSlot,
  trialSlot,
  attempts,
});

describe('entries of systemd-boot, beside bootctl', () => {
  test.each<[string, [BootControl, SlotName][], SlotName, [number | undefined, number | undefined]]>([
    ['as the factory leaves them', [], 'a', [0, undefined]],
    ['with a trial', [[control('a', 'b'), 'a']], 'b', [3, undefined]],
    ['with a trial that has used up one boot', [[control('a', 'b', 1), 'a']], 'b', [2, 1]],
    [
      'after a confirmation',
      [
        [control('a', 'b', 1), 'a'],
        [control('b'), 'b'],
      ],
      'b',
      [undefined, undefined],
    ],
    [
      'after a rollback',
      [
        [control('a', 'b', 1), 'a'],
        [control('a'), 'b'],
      ],
      'a',
      [0, undefined],
    ],
    ['after the last boot failed', [[control('a', 'b', 3), 'a']], 'a', [0, 3]],
    [
      'of a recall after a confirmation',
      [
        [control('b'), 'b'],
        [control('b', 'a'), 'b'],
      ],
      'a',
      [undefined, undefined],
    ],
  ])('%s: the same entry boots, with the same counts', async (_, writes, first, [left, done]) => {
    for (const [each, booted] of writes) await store(booted).write(each, 3);
    const listed = bootctl();
    expect(listed).toHaveLength(2);
    expect(listed.find((each) => each.isDefault)?.slot).toBe(first);
    const b = listed.find(({ slot }) => slot === 'b');
    expect([b?.left, b?.done || undefined]).toEqual([left, done]);
    const last = writes.at(-1)?.[0] ?? control('a');
    const expected = last.attempts === 3 ? { ...last, trialSlot: null } : last;
    expect(await store(first).read()).toEqual(expected);
  });

  test('a control leaves one file a slot, and the files of others', async () => {
    for (const each of [control('a', 'b'), control('b'), control('b', 'a'), control('b'), control('a')]) {
      await store('a').write(each, 3);
      expect(readdirSync(entries)).toHaveLength(3);
    }
    expect(readdirSync(entries)).toContain('debian.conf');
  });

  test('counters that systemd-bless-boot has taken out of a name read as a confirmation', async () => {
    await store('a').write(control('a', 'b', 1), 3);
    renameSync(join(entries, 'tuesday-b+2-1.conf'), join(entries, 'tuesday-b.conf'));
    expect(await store('b').read()).toEqual(control('b'));
    expect(bootctl().find((each) => each.isDefault)?.slot).toBe('b');
  });
});
