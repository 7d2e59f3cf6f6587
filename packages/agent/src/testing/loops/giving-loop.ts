/**
 * A neighbour gives while its power is cut: it keeps its metadata fresh, fetches what others want, is updated itself, and
 * counts what it gives. It comes back, gives nothing that people did not sign, and no day's bytes a second time.
 */
import { setImmediate } from 'node:timers/promises';
import { type Instant, isRefused } from '@tuesday/protocol';
import { bundleRelease } from '../device/bundle-release.ts';
import { FOLDER } from '../device/home.ts';
import type { PretendDisk } from '../disk/pretend-disk.ts';
import { exchangeOver } from '../neighbours/pretend-exchange.ts';
import { askForArtifact, askForMetadata, type Asking } from '../neighbours/receiver.ts';
import { RelayingDevice } from '../neighbours/relaying-device.ts';
import { bytesOf, SignedFleet } from '../neighbours/signed-fleet.ts';
import { Witness } from '../neighbours/witness.ts';
import type { PretendRelease } from '../pretend-release.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { defineLoop, ending } from './define-loop.ts';
import { NOW } from './device-stories.ts';

const DAY = 86_400_000;
const BYTES_PER_DAY = 40_000;
const BUDGET = { bytesPerSecond: 512, bytesPerDay: BYTES_PER_DAY, neighbours: 2, minBattery: 50 };
const BUNDLE = '/bundle';
const never = new AbortController().signal;

const before = bundleRelease('3.2.5', { wayBack: '3.2.4' });
const after = bundleRelease('3.2.6', { wayBack: '3.2.5' });
const first = bundleRelease('3.2.7', { wayBack: '3.2.4', recovery: true });
const second = bundleRelease('3.2.8', { wayBack: '3.2.4', recovery: true });

interface GivingWorld {
  /** When the next life begins. */
  now: Instant;
  readonly fleet: SignedFleet;
  readonly witness: Witness;
  /** The server has the second recovery release, and roots that are new. */
  published: boolean;
  /** Bytes that left on the day that was given to its end. */
  wholeDay: number;
  /** The next day it gave again. */
  gaveAgain: boolean;
  readonly wrong: string[];
}

async function prepare(disk: PretendDisk): Promise<GivingWorld> {
  const fleet = new SignedFleet(NOW);
  fleet.publish(NOW, first);
  const witness = new Witness(fleet, [before, after, first, second]);
  const world = { now: NOW, fleet, witness, published: false, wholeDay: 0, gaveAgain: false, wrong: [] };
  await disk.makeFolder(FOLDER);
  await write(disk, lifeOf(world, disk), before);
  return world;
}

function lifeOf({ now, fleet }: GivingWorld, disk: PretendDisk): RelayingDevice {
  return new RelayingDevice({ disk, clock: new VirtualClock(now), fleet, budget: BUDGET });
}

/** Its own update: the release goes to the slot from which neighbours may be given just now. */
async function write(disk: PretendDisk, life: RelayingDevice, release: PretendRelease): Promise<void> {
  disk.plant(BUNDLE, bytesOf(release));
  await life.slots.write('b', BUNDLE, release.signed);
}

async function run(world: GivingWorld, disk: PretendDisk): Promise<void> {
  const life = lifeOf(world, disk);
  const inTime = driver(world, life, disk);
  await inTime(named(world, life));
  await inTime(refresh(world, life));
  await inTime(give(world, life, first));
  if (!world.published) publish(world);
  await inTime(refresh(world, life));
  await inTime(named(world, life));
  await inTime(give(world, life, second));
  await inTime(updateWhileGiving(world, life, disk));
  await inTime(giveAllDay(world, life));
  turnDay(world, life);
  await inTime(refresh(world, life));
  world.gaveAgain = await inTime(give(world, life, second));
  await life.budget.close();
}

/** Time goes on while work waits for it, and stands still when the power is gone. */
function driver(world: GivingWorld, { clock }: RelayingDevice, disk: PretendDisk) {
  const { cuts } = disk;
  return async <T>(work: Promise<T>): Promise<T> => {
    let isOver = false;
    const over = () => void (isOver = true);
    work.then(over, over);
    for (;;) {
      await setImmediate();
      if (disk.cuts > cuts) return new Promise(() => undefined);
      if (isOver) return work;
      if (clock.nextAt !== undefined) clock.step(clock.nextAt);
      world.now = clock.now();
    }
  };
}

function publish(world: GivingWorld): void {
  const { now } = world;
  world.fleet.rotate(now);
  world.fleet.rotate(now);
  world.fleet.publish(now, second);
  world.published = true;
}

function turnDay(world: GivingWorld, { clock }: RelayingDevice): void {
  world.now += DAY;
  clock.step(world.now);
  world.witness.given = 0;
  world.fleet.refresh(world.now);
}

/** After a refresh, and after a power cut before the next one: what it names has to verify. */
async function named(world: GivingWorld, life: RelayingDevice): Promise<void> {
  const { witness, wrong } = world;
  if ((await witness.beacon(life.holdings)) === 0) return;
  const got = await askForMetadata(asking(world, life));
  // Late in its day it may say no, and what is a day old has expired.
  const isUseless = isRefused(got) && !witness.wasRefused && got.refused.code !== 'metadata-expired';
  if (isUseless) wrong.push(`it names metadata that is of no use: ${got.refused.because}`);
}

async function refresh({ wrong }: GivingWorld, life: RelayingDevice): Promise<void> {
  await life.freshness.refresh(never);
  if ((await life.holdings.metadata.timestampVersion()) === 0) wrong.push('it has no metadata to give');
}

function asking({ witness, fleet }: GivingWorld, life: RelayingDevice): Asking {
  const exchange = exchangeOver(life.answers, witness.hear.bind(witness));
  return { exchange, pinnedRoot: fleet.pinnedRoot, clock: life.clock };
}

/** It fetches what it does not have: whoever asks comes again. @returns whether it came in the end */
async function give(world: GivingWorld, life: RelayingDevice, release: PretendRelease): Promise<boolean> {
  for (let asked = 0; asked < 8; asked++) {
    await world.witness.beacon(life.holdings);
    if (await askForArtifact(asking(world, life), release, asked > 1)) return true;
    await life.clock.sleep(5_000);
  }
  return false;
}

/** Somebody takes what is in the slot while it is written anew. */
async function updateWhileGiving(world: GivingWorld, life: RelayingDevice, disk: PretendDisk): Promise<void> {
  const { given } = world.witness;
  const taking = askForArtifact(asking(world, life), before, false);
  for (let waited = 0; waited < 30 && world.witness.given === given; waited++) await life.clock.sleep(100);
  await write(disk, life, after);
  await taking;
  await world.witness.beacon(life.holdings);
}

async function giveAllDay(world: GivingWorld, life: RelayingDevice): Promise<void> {
  const { witness } = world;
  while (await askForArtifact(asking(world, life), after, false));
  world.wholeDay = witness.given;
  if (witness.given > BYTES_PER_DAY) world.wrong.push(`it gave ${witness.given} bytes in one day`);
}

async function judge(world: GivingWorld, disk: PretendDisk) {
  const { witness, wrong, wholeDay, gaveAgain } = world;
  const life = lifeOf(world, disk);
  const said = await witness.beacon(life.holdings);
  const held = (await life.holdings.artifacts()).map(({ sha256 }) => sha256);
  const boot = [
    said === 0 ? 'it has no metadata to give' : [],
    gaveAgain ? [] : 'it gave nothing the next day',
  ];
  const missing = [after, second].filter(({ signed }) => !held.includes(signed.sha256));
  const tooLittle = wholeDay < BYTES_PER_DAY / 2 ? [`it gave only ${wholeDay} bytes in a day`] : [];
  return ending({
    boot: boot.flat(),
    version: missing.map(({ signed }) => `it does not hold ${signed.custom.version}`),
    report: [...wrong, ...witness.wrong, ...tooLittle],
  });
}

export const givingLoop = defineLoop<GivingWorld>({
  name: 'a neighbour gives what it holds, fetches what others want, and keeps to its budget',
  atLeastWrites: 60,
  prepare,
  run,
  judge,
});
