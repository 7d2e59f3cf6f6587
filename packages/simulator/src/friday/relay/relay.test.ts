import { describe, expect, test } from 'vitest';
import { seeded } from '../../world/random.ts';
import { Giving } from './giving.ts';
import { byHops, settle, within } from './neighbourhood.ts';
import { playRelay } from './play-relay.ts';
import { FRIDAY_WITH_RELAY, RECOVERY, type RelaySetup } from './relay-setup.ts';
import { meshMillis } from './transfer-time.ts';

const DEVICES = 1_000;
const withRange = (meshMetres: number): RelaySetup => ({
  ...FRIDAY_WITH_RELAY,
  geometry: { ...FRIDAY_WITH_RELAY.geometry, meshMetres },
});
const run = (setup: RelaySetup, seed: number) => playRelay(setup, { seed, devices: DEVICES });

describe('dead devices and their neighbours', () => {
  test('the same seed tells the same story, another seed another', () => {
    const once = run(FRIDAY_WITH_RELAY, 3).recovery;
    expect(run(FRIDAY_WITH_RELAY, 3).recovery).toEqual(once);
    expect(run(FRIDAY_WITH_RELAY, 4).recovery).not.toEqual(once);
  });

  test('who is not reached stays down, and everybody ends on the recovery release or on what they had', () => {
    const { world, recovery } = run(FRIDAY_WITH_RELAY, 5);
    const down = world.devices.filter(({ recoveredAt }) => recoveredAt === null);
    const up = world.devices.filter(({ recoveredAt }) => recoveredAt !== null);
    expect(down.length).toBeGreaterThan(5);
    expect(up.length).toBeGreaterThan(75);
    expect(new Set(down.map(({ confirmed }) => confirmed))).toEqual(new Set(['3.2.5']));
    expect(new Set(up.map(({ confirmed }) => confirmed))).toEqual(new Set([RECOVERY]));
    expect(down.map(({ config }) => config.device)).toEqual(recovery.left.devices);
    expect(up.every(({ recoveredAt }) => (recoveredAt ?? 0) > FRIDAY_WITH_RELAY.publishedAt)).toBe(true);
    world.households.forEach((household, index) => {
      const isAlone = !household.hasUplink && world.road.near[index]?.length === 0;
      // A neighbour in the same house is nearer than the range of the mesh.
      if (isAlone) expect(household.device?.recoveredAt).toBeNull();
    });
  });

  test('without neighbours those with an uplink come back, and nobody else', () => {
    const { world } = run({ ...FRIDAY_WITH_RELAY, roads: 'http-only' }, 6);
    for (const { hasUplink, device } of world.households)
      if (device !== undefined) expect(device.recoveredAt !== null).toBe(hasUplink);
  });

  test('more range brings back more, whatever the seed', () => {
    for (const seed of [11, 12, 13]) {
      const shares = [20, 60, 120].map(
        (metres) => playRelay(withRange(metres), { seed, devices: 500 }).recovery.recoveredShareWithoutUplink,
      );
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
      expect(shares[2]).toBeGreaterThan((shares[0] ?? 1) + 0.2);
    }
  });

  test('no neighbour gives more than its places and its bytes a day, and a tight budget is felt', () => {
    const { imageBytes, metadataBytes, limits } = FRIDAY_WITH_RELAY;
    const bytesPerDay = imageBytes + 60 * metadataBytes;
    const { world, recovery } = run(
      { ...FRIDAY_WITH_RELAY, limits: { ...limits, neighbours: 1, bytesPerDay } },
      8,
    );
    expect(Math.max(...world.road.givings.map(({ mostPlaces }) => mostPlaces))).toBe(1);
    const most = Math.max(...world.road.givings.map(({ mostBytesADay }) => mostBytesADay));
    expect(most).toBeGreaterThan(imageBytes);
    expect(most).toBeLessThanOrEqual(bytesPerDay);
    expect(recovery.brought.mesh).toBeGreaterThan(10);
  });
});

test('a budget refuses what is too much, and begins again after a day', () => {
  const giving = new Giving({ neighbours: 1, bytesPerDay: 100 }, 0);
  expect([giving.take(1, 60, 0), giving.take(2, 30, 1)]).toEqual([true, false]);
  giving.leave(1);
  expect([giving.take(2, 60, 2), giving.take(2, 40, 3), giving.spend(1, 4)]).toEqual([false, true, false]);
  expect(giving.spend(100, 86_400_000)).toBe(true);
});

test('cells find the neighbours that looking at every pair finds', () => {
  const points = settle(300, FRIDAY_WITH_RELAY.geometry, seeded(1));
  const near = within(points, 75).map((list) => [...list].sort((a, b) => a - b));
  const every = points.map((here, index) =>
    points.flatMap(({ town, x, y }, other) =>
      other !== index && town === here.town && Math.hypot(x - here.x, y - here.y) <= 75 ? [other] : [],
    ),
  );
  expect(near).toEqual(every);
  expect(every.flat().length).toBeGreaterThan(50);
});

test('hops are counted along those that are up, and an end is an end', () => {
  const row = [[1], [0, 2], [1, 3], [2]];
  expect([...byHops(row, 0, 2)]).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect([...byHops(row, 0, Infinity, (index) => index !== 2)]).toEqual([[1, 1]]);
});

test('64 KiB take what was measured, shared by those on the channel', () => {
  expect(meshMillis(65_536, 2, '10 %', 1)).toBe(188_000);
  expect(meshMillis(65_536, 1, '30 %', 4)).toBe(832_000);
});
