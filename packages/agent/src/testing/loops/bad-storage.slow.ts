import { describe, expect, test } from 'vitest';
import type { DiskFault } from '../disk/pretend-disk.ts';
import { failFrom, failOnce } from './bad-storage.ts';
import { STORIES } from './device-stories.ts';

const TOLD = STORIES.filter(
  ({ fromTheFactory, withdrawn }) => fromTheFactory === undefined && withdrawn === undefined,
).map((story) => [story.name, story] as const);

describe.each(TOLD)('%s', (_, told) => {
  test.each<DiskFault>(['ENOSPC', 'EROFS', 'EIO'])(
    'although from any write on the disk answers %s for three hours',
    async (code) => {
      const { acts, met, wrong } = await failFrom(told, code, 1);
      expect(wrong).toEqual([]);
      expect(met).toBeGreaterThan(acts / 2);
    },
  );

  test.each<DiskFault>(['ENOSPC', 'EROFS', 'EIO'])(
    'although any one write or sync answers %s once',
    async (code) => {
      const { met, wrong } = await failOnce(told, code, 1);
      expect(wrong).toEqual([]);
      expect(met).toBeGreaterThan(20);
    },
  );
});
