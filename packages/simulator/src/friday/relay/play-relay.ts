/** Plays the relay story and counts who is back, when, and who waits for a technician. */
import type { DeviceId, Instant } from '@tuesday/protocol';
import { seeded } from '../../world/random.ts';
import { signed } from '../../world/world.ts';
import { AS_IT_HAPPENED } from '../scenarios.ts';
import type { Household } from './household.ts';
import { byHops } from './neighbourhood.ts';
import { RECOVERY, type RelaySetup } from './relay-setup.ts';
import { RelayWorld } from './relay-world.ts';

/** Why a device is still down. */
export interface Left {
  /** Nobody that gives is in reach, and it has no uplink. */
  readonly alone: number;
  /** All that can be reached, over any number of neighbours, have no uplink either. */
  readonly island: number;
  /** A road exists, and time or luck did not suffice. */
  readonly late: number;
  readonly devices: readonly DeviceId[];
}

export interface Recovery {
  readonly affected: number;
  readonly withoutUplink: number;
  readonly recoveredShare: number;
  readonly recoveredShareWithoutUplink: number;
  /** Hours from the publication of the recovery release; null: never reached. Last: of those that came back. */
  readonly hoursUntilHalf: number | null;
  readonly hoursUntil90: number | null;
  readonly hoursUntilLast: number | null;
  /** Transfers of whole images, by road. */
  readonly brought: { readonly server: number; readonly link: number; readonly mesh: number };
  /** Of the devices without uplink: mean neighbours in one hop, and the share with none. */
  readonly neighboursInReach: number;
  readonly nobodyInReachShare: number;
  readonly left: Left;
}

const HOUR = 3_600_000;

/** @returns the world at its end, and what it comes to */
export function playRelay(
  setup: RelaySetup,
  options: { readonly seed: number; readonly devices: number },
): { readonly world: RelayWorld; readonly recovery: Recovery } {
  const world = new RelayWorld(setup, options.seed, options.devices);
  if (setup.roads === 'chapter') planChapter(world, options.seed);
  world.run();
  return { world, recovery: recoveryOf(world, setup) };
}

/** As in the story as it happened: each stranded device has a neighbour with the chapter's share. */
function planChapter(world: RelayWorld, seed: number): void {
  const { relay } = AS_IT_HAPPENED;
  if (relay === undefined) return;
  const random = seeded(seed ^ 0x5eed);
  for (const device of world.devices) {
    if (random() >= relay.reach) continue;
    world.at(relay.from + random() * (relay.until - relay.from), (now) =>
      device.rescue(signed({ version: RECOVERY }, device.config.hardware), now),
    );
  }
}

function recoveryOf(world: RelayWorld, setup: RelaySetup): Recovery {
  const dead = world.households.filter(({ device }) => device !== undefined);
  const isolated = dead.filter(({ hasUplink }) => !hasUplink);
  const back = (list: readonly Household[]) => list.filter((household) => isBack(household));
  const moments = back(dead)
    .map(({ device }) => device?.recoveredAt ?? 0)
    .sort((a, b) => a - b);
  const until = (share: number): number | null => {
    const moment = moments[Math.ceil(share * dead.length) - 1];
    return moment === undefined ? null : (moment - setup.publishedAt) / HOUR;
  };
  const reach = world.road.near.slice(0, isolated.length).map((near) => near.length);
  return {
    affected: dead.length,
    withoutUplink: isolated.length,
    recoveredShare: ratio(moments.length, dead.length),
    recoveredShareWithoutUplink: ratio(back(isolated).length, isolated.length),
    hoursUntilHalf: until(0.5),
    hoursUntil90: until(0.9),
    hoursUntilLast: moments.length === 0 ? null : ((moments.at(-1) as Instant) - setup.publishedAt) / HOUR,
    brought: { ...world.road.brought },
    neighboursInReach: ratio(
      reach.reduce((sum, count) => sum + count, 0),
      reach.length,
    ),
    nobodyInReachShare: ratio(reach.filter((count) => count === 0).length, reach.length),
    left: leftOf(world, setup),
  };
}

function leftOf(world: RelayWorld, { roads }: RelaySetup): Left {
  const { near } = world.road;
  const left = { alone: 0, island: 0, late: 0 };
  const devices: DeviceId[] = [];
  world.households.forEach((household, index) => {
    if (household.device === undefined || isBack(household)) return;
    devices.push(household.resident.device);
    const reached = roads === 'http-only' ? [] : [...byHops(near, index, Infinity).keys()];
    const hasRoad = household.hasUplink || reached.some((other) => world.households[other]?.hasUplink);
    left[hasRoad ? 'late' : reached.length === 0 ? 'alone' : 'island'] += 1;
  });
  return { ...left, devices };
}

const isBack = ({ device }: Household) =>
  device !== undefined && device.firstFailureAt !== null && device.recoveredAt !== null;
const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
