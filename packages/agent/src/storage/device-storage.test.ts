import { expect, test } from 'vitest';
import { PretendDisk } from '../testing/disk/pretend-disk.ts';
import { DeviceStorage } from './device-storage.ts';

const identity = { device: 'd-1', token: 'a token of 41 characters, or about that' };

async function storage(): Promise<{ disk: PretendDisk; kept: DeviceStorage }> {
  const disk = new PretendDisk();
  const kept = new DeviceStorage('/d', disk);
  await kept.open();
  return { disk, kept };
}

test('an identity is found although any bit of one copy is the other way round, or its end is missing', async () => {
  const { disk, kept } = await storage();
  await kept.writeIdentity(identity);
  for (const file of ['/d/identity.json', '/d/identity-copy.json']) {
    const whole = disk.peek(file) ?? Buffer.alloc(0);
    expect(whole.length).toBeGreaterThan(100);
    for (let at = 0; at < whole.length; at++) {
      const altered = Buffer.from(whole);
      altered[at] = (whole[at] ?? 0) ^ 1;
      for (const damaged of [altered, whole.subarray(0, at)]) {
        disk.plant(file, damaged);
        expect(await kept.readIdentity(), `${file}, byte ${at}`).toEqual(identity);
      }
    }
    disk.plant(file, whole);
  }
});

test('an identity that an earlier agent wrote is read', async () => {
  const { disk, kept } = await storage();
  disk.plant('/d/identity.json', Buffer.from(JSON.stringify(identity)));
  expect(await kept.readIdentity()).toEqual(identity);
});

test('trying to write leaves nothing behind', async () => {
  const { disk, kept } = await storage();
  await kept.tryWriting();
  expect(await disk.list('/d')).toEqual([]);
  disk.fail('EROFS', 1);
  await expect(kept.tryWriting()).rejects.toThrow('EROFS');
});
