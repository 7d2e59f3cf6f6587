import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { CUT_KINDS } from '../testing/disk/platter.ts';
import { PretendDisk } from '../testing/disk/pretend-disk.ts';
import { diskContract } from '../testing/disk/disk.contract.ts';
import { type Disk, realDisk } from './disk.ts';
import { readJson, removeFile, writeWhole } from './whole-file.ts';

const top = mkdtempSync(join(tmpdir(), 'disk-'));
afterAll(() => rmSync(top, { recursive: true }));

async function pretendDisk(folder: string): Promise<PretendDisk> {
  const disk = new PretendDisk();
  await disk.makeFolder(folder);
  return disk;
}

describe('the contract of a disk', () => {
  test.each(diskContract)('real: %s', (_, clause) => clause(realDisk, mkdtempSync(join(top, 'real-'))));
  test.each(diskContract)('pretend: %s', async (_, clause) => clause(await pretendDisk('/d'), '/d'));
});

type Act = readonly ['put' | 'patch' | 'rename' | 'remove', number, number, string];

const act: fc.Arbitrary<Act> = fc.tuple(
  fc.constantFrom('put', 'patch', 'rename', 'remove'),
  fc.nat(2),
  fc.nat(2),
  fc.string({ maxLength: 1_500, size: 'max' }),
);

async function carryOut(disk: Disk, folder: string, [verb, from, to, content]: Act): Promise<string> {
  const [path, other] = [join(folder, `${from}`), join(folder, `${to}`)];
  try {
    if (verb === 'rename') await disk.rename(path, other);
    else if (verb === 'remove') await disk.remove(path);
    else {
      await using file = await (verb === 'put' ? disk.create(path) : disk.update(path));
      await file.write(Buffer.from(content), from * to);
      await file.sync();
    }
    return 'done';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'no code';
  }
}

async function seen(disk: Disk, folder: string): Promise<unknown> {
  const names = await disk.list(folder);
  return Promise.all(
    names.map(async (name) => [name, (await disk.read(join(folder, name)))?.toString('hex')]),
  );
}

test('the pretend disk answers as the real one does, whatever is asked of it', async () => {
  let acts = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 25 }), async (asked) => {
      const folder = mkdtempSync(join(top, 'any-'));
      const pretend = await pretendDisk(folder);
      for (const one of asked) {
        expect(await carryOut(pretend, folder, one)).toBe(await carryOut(realDisk, folder, one));
        acts += 1;
      }
      expect(await seen(pretend, folder)).toEqual(await seen(realDisk, folder));
    }),
    { numRuns: 60 },
  );
  expect(acts).toBeGreaterThan(300);
});

/** Two versions of a file, the second one written by hand in a careless way; what may be there after a cut? */
async function leftOf(careless: (disk: Disk, file: string) => Promise<void>): Promise<Set<string>> {
  const found = new Set<string>();
  for (const kind of CUT_KINDS) {
    for (let at = 1; ; at++) {
      const disk = await pretendDisk('/d');
      await writeWhole('/d/f', 'old!', disk);
      disk.cutPower(disk.writes + at, kind);
      await Promise.race([careless(disk, '/d/f'), disk.whenOff]);
      if (disk.cuts === 0) break;
      disk.powerOn();
      found.add((await disk.read('/d/f'))?.toString('latin1') ?? 'none');
    }
  }
  return found;
}

describe('what a power cut leaves of careless writing', () => {
  test('written in place: nothing, half, all', async () => {
    const left = await leftOf(async (disk, file) => {
      await using opened = await disk.create(file);
      await opened.write(Buffer.from('new!'), 0);
      await opened.sync();
    });
    expect(left).toEqual(new Set(['old!', '', 'ne', 'new!']));
  });

  test('renamed without syncing the bytes: the new name of an empty file', async () => {
    const left = await leftOf(async (disk, file) => {
      await using opened = await disk.create(`${file}.new`);
      await opened.write(Buffer.from('new!'), 0);
      await disk.rename(`${file}.new`, file);
      await disk.syncFolder('/d');
    });
    expect(left).toEqual(new Set(['old!', '', 'new!']));
  });

  test('a whole write: the old version or the new one', async () => {
    const left = await leftOf((disk, file) => writeWhole(file, 'new!', disk));
    expect(left).toEqual(new Set(['old!', 'new!']));
  });

  test('two writes in the wrong order: a hole of zeros before the second', async () => {
    const left = await leftOf(async (disk, file) => {
      await using opened = await disk.create(file);
      await opened.sync();
      await opened.write(Buffer.from('ab'), 0);
      await opened.write(Buffer.from('cd'), 2);
    });
    expect(left).toContain('\0\0cd');
  });
});

describe('a disk that fails', () => {
  test('a write that failed left the old version, and the next one succeeds', async () => {
    for (const code of ['ENOSPC', 'EROFS', 'EIO'] as const) {
      let met = 0;
      for (let at = 1; at <= 5; at++) {
        const disk = await pretendDisk('/d');
        await writeWhole('/d/f', '"old!"', disk);
        disk.fail(code, disk.acts + at);
        const failed = await writeWhole('/d/f', '"new!"', disk).then(
          () => 'no error',
          (error: unknown) => (error as NodeJS.ErrnoException).code,
        );
        disk.mend();
        if (failed !== 'no error') met += 1;
        expect(['"old!"', '"new!"']).toContain(disk.peek('/d/f')?.toString());
        await writeWhole('/d/f', '"next"', disk);
        expect(await readJson('/d/f', disk)).toBe('next');
      }
      expect(met, code).toBeGreaterThanOrEqual(code === 'ENOSPC' ? 2 : 5);
    }
  });

  test('bytes whose sync failed are seen until the power goes, and then they are gone', async () => {
    const disk = await pretendDisk('/d');
    await writeWhole('/d/f', 'old!', disk);
    await using file = await disk.update('/d/f');
    await file.write(Buffer.from('new!'), 0);
    disk.fail('EIO', disk.acts + 1, true);
    await expect(file.sync()).rejects.toThrow('EIO');
    await file.sync();
    expect(disk.peek('/d/f')?.toString()).toBe('new!');
    disk.cutPower(disk.writes + 1, 'kept');
    await Promise.race([disk.create('/d/g'), disk.whenOff]);
    disk.powerOn();
    expect(disk.peek('/d/f')?.toString()).toBe('old!');
  });

  test('a removal that could not be made durable is made durable by the next one', async () => {
    const disk = await pretendDisk('/d');
    await writeWhole('/d/f', 'old!', disk);
    disk.fail('EIO', disk.acts + 2, true);
    await expect(removeFile('/d/f', disk)).rejects.toThrow('EIO');
    await removeFile('/d/f', disk);
    disk.cutPower(disk.writes + 1, 'cut');
    await Promise.race([disk.create('/d/g'), disk.whenOff]);
    disk.powerOn();
    expect(await disk.read('/d/f')).toBeUndefined();
  });
});
