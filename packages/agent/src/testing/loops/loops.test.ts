import { describe, expect, test } from 'vitest';
import type { PretendDisk } from '../disk/pretend-disk.ts';
import { writeWhole } from '../../storage/whole-file.ts';
import { LOOPS } from './all-loops.ts';
import { defineLoop, ending } from './define-loop.ts';
import { playLoop } from './play-loop.ts';
import { sumUp } from './sum-up.ts';

/** So many cut points of a loop are tried here; `npm run test:interruption` tries all. */
const EVERYDAY = 125;

describe('the power is cut at every write, in every way', () => {
  const tried = new Map<string, number>();

  test.each(LOOPS.map((loop) => [loop.name, loop] as const))('%s', async (name, loop) => {
    const report = await playLoop(loop, EVERYDAY);
    expect(report.wrong).toEqual([]);
    expect(report).toMatchObject({
      bootable: report.tried,
      onKnownVersion: report.tried,
      truthfulReport: report.tried,
    });
    expect(report.tried).toBe(Math.min(report.cutPoints, EVERYDAY));
    tried.set(name, report.tried);
  });

  test('no loop was left out', () => {
    expect([...tried.keys()]).toEqual(LOOPS.map(({ name }) => name));
    for (const cuts of tried.values()) expect(cuts).toBeGreaterThan(20);
  });
});

/** A counter in a file, told to somebody each time it is durable. */
function counter(write: (disk: PretendDisk, text: string) => Promise<void>, atLeastWrites = 6) {
  return defineLoop({
    name: 'a counter counts to three',
    atLeastWrites,
    async prepare(disk: PretendDisk) {
      await disk.makeFolder('/d');
      await writeWhole('/d/count', '0', disk);
      return { told: 0 };
    },
    async run(world, disk) {
      world.told = Number(await disk.read('/d/count'));
      while (world.told < 3) {
        await write(disk, String(world.told + 1));
        world.told += 1;
      }
    },
    judge: ({ told }, disk) =>
      ending({
        version: disk.peek('/d/count')?.toString() === '3' ? [] : ['it did not count to three'],
        report: told === 3 ? [] : ['the end was not told'],
      }),
  });
}

describe('a loop finds', () => {
  test('nothing in what is written with care', async () => {
    const report = await playLoop(counter((disk, text) => writeWhole('/d/count', text, disk)));
    expect(report.wrong).toEqual([]);
    expect(report.tried).toBeGreaterThan(30);
  });

  test('what is written in place', async () => {
    const report = await playLoop(
      counter(async (disk, text) => {
        await using file = await disk.create('/d/count');
        await file.write(Buffer.from(text.padEnd(2)), 0);
        await file.sync();
        if (Number(await disk.read('/d/count')) !== Number(text)) throw new Error('read back');
      }),
    );
    expect(report.wrong).not.toEqual([]);
  });

  test('that writes go past the door', async () => {
    const report = await playLoop(counter((disk, text) => writeWhole('/d/count', text, disk), 100));
    expect(report.wrong).toEqual(['9 writes, 100 are the least']);
  });

  test.each(['files', 'folders'] as const)('that the disk lies about syncing %s', async (liesAbout) => {
    const update = LOOPS.find(({ name }) => name === 'a good update is confirmed');
    if (update === undefined) throw new Error('the loop is gone');
    const lying = {
      ...update,
      async prepare(disk: PretendDisk) {
        const world = await update.prepare(disk);
        disk.liesAbout = liesAbout;
        return world;
      },
    };
    // Also among the cut points of every day.
    const report = await playLoop(lying, EVERYDAY);
    expect(report.wrong.length).toBeGreaterThan(0);
  });

  test('a falling short, and says so in the sum', () => {
    const whole = { name: 'x', writes: 3, cutPoints: 9, tried: 9, bootable: 9, onKnownVersion: 9 };
    const good = { ...whole, truthfulReport: 9, wrong: [] };
    expect(sumUp([good, good])).toEqual({
      fallsShort: false,
      sum: { writes: 6, cutPoints: 18, bootable: 18, onKnownVersion: 18, truthfulReport: 18 },
    });
    expect(sumUp([good, { ...good, truthfulReport: 8 }]).fallsShort).toBe(true);
    expect(sumUp([{ ...good, wrong: ['a reason'] }]).fallsShort).toBe(true);
    expect(sumUp([]).fallsShort).toBe(true);
  });
});
