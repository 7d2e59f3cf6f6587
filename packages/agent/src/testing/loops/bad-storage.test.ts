import { describe, expect, test } from 'vitest';
import { type DiskFault, PretendDisk } from '../disk/pretend-disk.ts';
import { failFrom, failOnce, TROUBLE } from './bad-storage.ts';
import { DEADLINE, NOW, powerOn, prepareStory, type Story, STORIES } from './device-stories.ts';

const HOUR = 3_600_000;
/** So many acts from one that is tried to the next; `bad-storage.slow.ts` tries all, of all stories. */
const EVERY = 4;

function story(name: string): Story {
  const found = STORIES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no story is called "${name}"`);
  return found;
}

const TOLD: ReadonlyArray<readonly [string, Story]> = [
  'a good update is confirmed',
  'an update that crashes is rolled back',
  'an update that is recalled while it is tried is rolled back',
].map((name) => [name, story(name)]);

async function begin(told: Story) {
  const disk = new PretendDisk();
  return { disk, world: await prepareStory(told, disk) };
}

describe.each(TOLD)('%s', (_, told) => {
  test.each<DiskFault>(['ENOSPC', 'EROFS'])(
    'although from any write on the disk answers %s for three hours, of which the server hears',
    async (code) => {
      const { acts, met, wrong } = await failFrom(told, code, EVERY);
      expect(wrong).toEqual([]);
      expect(met).toBeGreaterThan(acts / EVERY / 2);
    },
  );

  test('although any one write or sync fails once', async () => {
    const { acts, met, wrong } = await failOnce(told, 'EIO', EVERY);
    expect(wrong).toEqual([]);
    expect(met).toBe(Math.ceil(acts / EVERY));
  });
});

describe('a disk that never works again', () => {
  test.each<[DiskFault, boolean]>([
    ['EROFS', false],
    ['ENOSPC', false],
    ['EIO', false],
    ['EROFS', true],
    ['ENOSPC', true],
  ])(
    '%s, from power-on (%s: on trial): the firmware runs, once started, and the report says why',
    async (code, onTrial) => {
      const { world, disk } = await begin(story('a good update is confirmed'));
      if (onTrial) {
        const device = powerOn(world);
        world.server.offers('update', world.story.offered[0]?.release ?? world.story.factory, 100_000, 'r-1');
        await device.runUntil(DEADLINE, () => device.running === '3.2.5');
        await device.stop();
      }
      disk.fail(code, 1);
      const device = powerOn(world);
      const reports = world.server.reports.length;
      await device.runUntil(device.clock.now() + 48 * HOUR);
      // A boot that cannot be counted is not a provisional one.
      expect(device.running).toBe('3.2.4');
      expect(device.application).toMatchObject({ running: true, starts: 1 });
      const after = world.server.reports.slice(reports);
      expect(after.length).toBeGreaterThan(40);
      for (const { said, running } of after) {
        expect(said.trouble).toMatchObject([{ code: TROUBLE[code] }]);
        expect(said.slots[said.active].version).toBe(running);
      }
    },
  );

  test('firmware that crashes meanwhile is started again, ever more slowly', async () => {
    const crashing = story('an update that crashes is rolled back').offered[0]?.release;
    if (crashing === undefined) throw new Error('the story is gone');
    const { world, disk } = await begin({ name: '', factory: crashing, offered: [], endsOn: '3.2.5' });
    disk.fail('EROFS', 1);
    const device = powerOn(world);
    await device.runUntil(NOW + 24 * HOUR);
    expect(device.application.starts).toBeGreaterThan(100);
    expect(device.application.starts).toBeLessThan(500);
    expect(device.running).toBe('3.2.5');
  });
});
