import { expect, test } from 'vitest';
import { PretendDisk } from '../testing/disk/pretend-disk.ts';
import { exchangeOf } from '../testing/neighbours/pretend-exchange.ts';
import { SignedFleet } from '../testing/neighbours/signed-fleet.ts';
import { pretendRelease } from '../testing/pretend-release.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { TrustFolder } from '../trust/trust-folder.ts';
import { Freshness } from './freshness.ts';

const NOW = 1_795_598_400_000;
const FOLDER = '/device/trust';
const KEPT = `${FOLDER}/roots/2.root.json`;

function world() {
  const fleet = new SignedFleet(NOW);
  fleet.publish(NOW, pretendRelease('3.2.7', { recovery: true }));
  fleet.rotate(NOW);
  fleet.rotate(NOW);
  const disk = new PretendDisk();
  const clock = new VirtualClock(NOW);
  const trust = new TrustFolder({ folder: FOLDER, pinnedRoot: fleet.pinnedRoot, clock, disk });
  const listed: string[] = [];
  const freshness = new Freshness({
    server: 'http://pretend',
    token: 'secret',
    trust,
    everyMillis: 1_000,
    clock,
    random: () => 0.5,
    onRecoveries: (recoveries) => listed.push(...recoveries.map(({ target }) => target)),
    log: () => undefined,
    disk,
    exchange: exchangeOf(fleet.files, () => Promise.resolve()),
  });
  return { fleet, disk, listed, refresh: () => freshness.refresh(new AbortController().signal) };
}

test('a refresh keeps the roots that a device with an old one needs, and says what is a recovery', async () => {
  const { fleet, disk, listed, refresh } = world();
  expect(await refresh()).toBe(true);
  expect(disk.peek(KEPT)).toEqual(fleet.served.get('2.root.json')?.[0]);
  expect(disk.peek(`${FOLDER}/roots/3.root.json`), 'the present one stands in its own place').toBeUndefined();
  expect(listed).toEqual(['3.2.7/th-2.bundle']);
});

test.each<[string, () => Buffer]>([
  ['another fleet’s', () => strangers()],
  ['a web page', () => Buffer.from('<html>')],
  ['half of it', () => strangers().subarray(0, 300)],
])('a root that is kept and is %s is fetched again', async (_, bytes) => {
  const { fleet, disk, refresh } = world();
  disk.plant(KEPT, bytes());
  await refresh();
  expect(disk.peek(KEPT)).toEqual(fleet.served.get('2.root.json')?.[0]);
});

test('a root that does not follow is not kept, whoever serves it', async () => {
  const { fleet, disk, refresh } = world();
  await refresh();
  await disk.remove(KEPT);
  fleet.files.set('trust/metadata/2.root.json', strangers());
  await refresh();
  expect(disk.peek(KEPT)).toBeUndefined();
});

function strangers(): Buffer {
  const stranger = new SignedFleet(NOW);
  stranger.rotate(NOW);
  return stranger.served.get('2.root.json')?.[0] ?? Buffer.alloc(0);
}
