import { describe, expect, test } from 'vitest';
import { PretendDisk } from '../testing/disk/pretend-disk.ts';
import { exchangeOf } from '../testing/neighbours/pretend-exchange.ts';
import { SignedFleet } from '../testing/neighbours/signed-fleet.ts';
import { pretendRelease } from '../testing/pretend-release.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import type { openExchange } from '../transport/exchange.ts';
import { RootChain } from './memory-updater.ts';
import { recoveriesFrom } from './recoveries.ts';
import { TrustFolder, versionOf } from './trust-folder.ts';

const NOW = 1_795_598_400_000;
const FOLDER = '/device/trust';
const never = new AbortController().signal;

function world() {
  const fleet = new SignedFleet(NOW);
  fleet.publish(NOW, pretendRelease('3.2.7', { recovery: true }));
  const disk = new PretendDisk();
  const trust = new TrustFolder({
    folder: FOLDER,
    pinnedRoot: fleet.pinnedRoot,
    clock: new VirtualClock(NOW),
    disk,
  });
  const kept = (role: string) => versionOf(disk.peek(`${FOLDER}/${role}.json`) ?? Buffer.alloc(0));
  const look = (exchange: typeof openExchange = exchangeOf(fleet.files, () => Promise.resolve())) =>
    recoveriesFrom({ server: 'http://pretend', exchange }, trust, undefined, never);
  return { fleet, disk, look, kept };
}

describe('a trust folder', () => {
  test('holds what was verified, whole and durable, and nothing of what was not', async () => {
    const { fleet, disk, look, kept } = world();
    expect(await look()).toMatchObject({ candidates: [{ target: '3.2.7/th-2.bundle' }], root: 1 });
    disk.cutPower(disk.writes + 1, 'cut');
    void disk.create('/anything').catch(() => undefined);
    await disk.whenOff.catch(() => undefined);
    disk.powerOn();
    expect([kept('root'), kept('timestamp'), kept('snapshot'), kept('targets')]).toEqual([1, 1, 1, 2]);
    fleet.refresh(NOW);
    fleet.files.set(
      'trust/metadata/2.snapshot.json',
      fleet.files.get('trust/metadata/1.snapshot.json') ?? Buffer.alloc(0),
    );
    expect(await look()).toHaveProperty('refused');
    expect(kept('snapshot')).toBe(1);
  });

  test('keeps the newer of two looks that end the other way round', async () => {
    const { fleet, look, kept } = world();
    await look();
    fleet.refresh(NOW);
    const older = new Map(fleet.files);
    let letGo: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    // It has begun, and hears of the second version only when the third is here already.
    const slow = look(async (url, how) => {
      const answer = exchangeOf(older, () => Promise.resolve())(url, how);
      await gate;
      return answer;
    });
    fleet.refresh(NOW);
    await look();
    expect(kept('timestamp')).toBe(3);
    letGo();
    expect(await slow).toHaveProperty('candidates');
    expect(kept('timestamp')).toBe(3);
    expect(kept('snapshot')).toBe(3);
  });

  test('follows new online keys, also where their versions begin anew', async () => {
    const { fleet, look, kept } = world();
    await look();
    fleet.rotate(NOW);
    expect(await look()).toMatchObject({ root: 2 });
    expect([kept('root'), kept('timestamp')]).toEqual([2, 2]);
  });

  test('that cannot be written is the fault of the disk', async () => {
    const { disk, look } = world();
    disk.fail('EROFS', 1);
    await expect(look()).rejects.toThrow('EROFS');
  });
});

test('a chain of roots takes the next one, and neither another nor one that is not signed by the one before', () => {
  const { fleet } = world();
  const stranger = new SignedFleet(NOW);
  for (const each of [fleet, stranger, fleet]) each.rotate(NOW);
  const root = (from: SignedFleet, version: number) =>
    from.served.get(`${version}.root.json`)?.[0] ?? Buffer.alloc(0);
  const chain = new RootChain(Buffer.from(fleet.pinnedRoot));
  expect(chain.takes(root(fleet, 3))).toBe(false);
  expect(chain.takes(root(stranger, 2))).toBe(false);
  expect(chain.takes(Buffer.from('<html>'))).toBe(false);
  expect([chain.takes(root(fleet, 2)), chain.takes(root(fleet, 3))]).toEqual([true, true]);
  expect(chain.version).toBe(3);
});
