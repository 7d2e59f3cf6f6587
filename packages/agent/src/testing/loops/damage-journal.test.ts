import { describe, expect, test } from 'vitest';
import type { Step } from '../../core/journal.ts';
import { provision } from '../../run/provision.ts';
import { FOLDER } from '../device/home.ts';
import { PretendDisk } from '../disk/pretend-disk.ts';
import { type Damage, damageJournal } from './damage-journal.ts';
import { DEADLINE, follow, good324, powerOn, prepareStory, type Story, STORIES } from './device-stories.ts';

/** So many bytes from one that is tried to the next; `damage-journal.slow.ts` tries all. */
const EVERY = 17;

const update = STORIES.find(({ name }) => name === 'a good update is confirmed') as Story;
const rolledBack = STORIES.find(({ name }) => name === 'an update that crashes is rolled back') as Story;

const WHEN: ReadonlyArray<readonly [string, Story, Step | null]> = [
  ['after an update', update, null],
  ['after a rollback', rolledBack, null],
  ['in the middle of a download', update, 'downloading'],
  ['while the spare slot is written', update, 'staging'],
  ['before the leap', update, 'ready'],
  ['on trial', update, 'trying'],
];

describe.each(WHEN)('a journal that is found damaged %s', (_, story, step) => {
  test.each<Damage>(['cut', 'flipped'])('(%s): a whole slot runs, and the report is true', async (damage) => {
    const { tried, wrong } = await damageJournal(story, step, damage, EVERY);
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(20);
  });
});

describe('a device in the field that lost', () => {
  const files = [`${FOLDER}/boot.json`, `${FOLDER}/journal.json`];

  test.each<[string, readonly string[]]>([
    ['its boot control', files.slice(0, 1)],
    ['its journal', files.slice(1)],
  ])('%s runs what was confirmed last, and is not put back to what left the factory', async (_, lost) => {
    const disk = new PretendDisk();
    const world = await prepareStory(update, disk);
    await follow({ ...world, device: powerOn(world) }, DEADLINE);
    await world.device?.stop();
    for (const file of lost) await disk.remove(file);
    await provision(FOLDER, good324.signed.custom, Buffer.from(good324.chunks.join('')), disk);
    const device = powerOn(world);
    await device.runUntil(device.clock.now() + 3_600_000);
    expect(device.running).toBe('3.2.5');
    expect(world.server.reports.at(-1)?.said.slots.b).toEqual({ state: 'confirmed', version: '3.2.5' });
  });

  test('both still runs a slot that is whole', async () => {
    const disk = new PretendDisk();
    const world = await prepareStory(update, disk);
    await follow({ ...world, device: powerOn(world) }, DEADLINE);
    await world.device?.stop();
    for (const file of files) await disk.remove(file);
    await provision(FOLDER, good324.signed.custom, Buffer.from(good324.chunks.join('')), disk);
    const device = powerOn(world);
    await device.runUntil(device.clock.now() + 3_600_000);
    expect(device.garbage).toEqual([]);
    expect(device.application.running).toBe(true);
    expect(device.running).toBe(
      world.server.reports.at(-1)?.said.slots[device.device.state?.booted ?? 'a'].version,
    );
    // The slot of the update has not been overwritten.
    expect(disk.peek(device.home.place('b'))?.toString()).toBe(update.offered[0]?.release.chunks.join(''));
  });
});
