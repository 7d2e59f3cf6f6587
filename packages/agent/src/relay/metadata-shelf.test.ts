import { describe, expect, test } from 'vitest';
import { SignedFleet } from '../testing/neighbours/signed-fleet.ts';
import { PretendDisk } from '../testing/disk/pretend-disk.ts';
import { pretendRelease } from '../testing/pretend-release.ts';
import { MetadataShelf } from './metadata-shelf.ts';

const NOW = 1_795_598_400_000;
const FOLDER = '/device/trust';

const fleet = new SignedFleet(NOW);
fleet.publish(NOW, pretendRelease('3.2.5'));
fleet.rotate(NOW);
fleet.rotate(NOW);
const served = (name: string) => fleet.served.get(name)?.at(-1) ?? Buffer.alloc(0);

/** Everything that a device has after a refresh, but for what a power cut took or left. */
function shelf(change: Readonly<Record<string, Buffer | undefined>> = {}) {
  const disk = new PretendDisk();
  const whole: Record<string, Buffer | undefined> = {
    'root.json': served('3.root.json'),
    'roots/2.root.json': served('2.root.json'),
    'timestamp.json': served('timestamp.json'),
    'snapshot.json': served('3.snapshot.json'),
    'targets.json': served('2.targets.json'),
  };
  for (const [name, bytes] of Object.entries({ ...whole, ...change }))
    if (bytes !== undefined) disk.plant(`${FOLDER}/${name}`, bytes);
  return new MetadataShelf({ folder: FOLDER, pinnedRoot: fleet.pinnedRoot }, disk);
}

describe('metadata', () => {
  test('is given under the names that the server serves it by, and all of it at once', async () => {
    const whole = shelf();
    expect(await whole.timestampVersion()).toBe(3);
    const names = ['2.root.json', '3.root.json', '3.snapshot.json', '2.targets.json', 'timestamp.json'];
    for (const name of names) expect(await whole.file(name)).toEqual(served(name));
    expect([...(await whole.all()).keys()].sort()).toEqual([...names].sort());
  });

  test.each(['4.root.json', '2.snapshot.json', '1.targets.json', 'root.json', 'roots/2.root.json', ''])(
    '"%s" is none of it',
    async (name) => expect(await shelf().file(name)).toBeUndefined(),
  );

  test.each<[string, Readonly<Record<string, Buffer | undefined>>]>([
    ['a snapshot of the day before', { 'snapshot.json': served('2.snapshot.json') }],
    ['a timestamp of the day before', { 'timestamp.json': fleet.served.get('timestamp.json')?.[0] }],
    ['a timestamp that was torn', { 'timestamp.json': served('timestamp.json').subarray(0, 200) }],
    ['targets that are zeros', { 'targets.json': Buffer.alloc(500) }],
    ['no snapshot', { 'snapshot.json': undefined }],
    ['no root', { 'root.json': undefined }],
    ['a root of the chain missing', { 'roots/2.root.json': undefined }],
  ])('with %s is not named, and not given', async (_, change) => {
    const half = shelf(change);
    expect(await half.timestampVersion()).toBe(0);
    expect(await half.file('timestamp.json')).toBeUndefined();
    expect([...(await half.all()).keys()]).toEqual([]);
  });

  test('is looked at again when it has changed', async () => {
    const disk = new PretendDisk();
    const changing = new MetadataShelf({ folder: FOLDER, pinnedRoot: fleet.pinnedRoot }, disk);
    for (const name of ['timestamp.json', 'snapshot.json', 'targets.json'])
      disk.plant(
        `${FOLDER}/${name}`,
        served(
          name === 'timestamp.json' ? name : name === 'snapshot.json' ? '3.snapshot.json' : '2.targets.json',
        ),
      );
    disk.plant(`${FOLDER}/root.json`, Buffer.from(fleet.pinnedRoot));
    expect(await changing.timestampVersion()).toBe(3);
    disk.plant(`${FOLDER}/snapshot.json`, served('1.snapshot.json'));
    expect(await changing.timestampVersion()).toBe(0);
  });
});
