/** A device that is dead, or is asked to, takes a recovery release from a neighbour while its power is cut. */
import { join } from 'node:path';
import type { Clock } from '@tuesday/protocol';
import { MeshRoad } from '../../rescue/mesh-road.ts';
import { DEMAND_FILE } from '../../rescue/rescue-work.ts';
import type { Road } from '../../rescue/road.ts';
import type { Disk } from '../../storage/disk.ts';
import { TrustFolder } from '../../trust/trust-folder.ts';
import { bundleRelease } from '../device/bundle-release.ts';
import { FOLDER, processMachine } from '../device/home.ts';
import type { PretendDisk } from '../disk/pretend-disk.ts';
import { GivingNeighbour } from '../neighbours/giving-neighbour.ts';
import { meshOfOne } from '../neighbours/mesh-of-one.ts';
import { bytesOf, SignedFleet } from '../neighbours/signed-fleet.ts';
import type { PretendRelease } from '../pretend-release.ts';
import { PretendServer } from '../pretend-server.ts';
import { defineLoop } from './define-loop.ts';
import {
  DEADLINE,
  type DeviceWorld,
  good324,
  good325,
  isQuiet,
  makeDevice,
  noteLabels,
  NOW,
  powerOn,
} from './device-stories.ts';
import { judgeRescue } from './judge-story.ts';

const MINUTE = 60_000;
const HARDWARE = 'th-2';
const DOWNLOAD = join(FOLDER, 'download', 'bundle');

const dead324 = bundleRelease('3.2.4', {
  behaves: () => ({ unhealthyAfterMillis: MINUTE, errorCode: '0x45' }),
});
const mends = bundleRelease('3.2.7', { wayBack: '3.2.4', recovery: true });
const dies = bundleRelease('3.2.8', {
  wayBack: '3.2.4',
  recovery: true,
  behaves: () => ({ exitsAfterMillis: 2 * MINUTE, exitCode: 69, errorCode: '0x45' }),
});

interface RescueStory {
  readonly name: string;
  readonly factory: PretendRelease;
  readonly recovery: PretendRelease;
  readonly over: 'link' | 'mesh' | 'link that breaks, then mesh';
  /** Somebody asks for it, by a file. */
  readonly demanded?: true;
  /** The server offers this first, and is away before all of it has come. */
  readonly heldUp?: PretendRelease;
  readonly outcome: 'confirmed' | 'rolled-back';
}

const STORIES: readonly RescueStory[] = [
  {
    name: 'a dead device without a server takes a recovery release from a neighbour on the link',
    factory: dead324,
    recovery: mends,
    over: 'link',
    outcome: 'confirmed',
  },
  {
    name: 'a recovery release from a neighbour that dies as well is rolled back',
    factory: dead324,
    recovery: dies,
    over: 'link',
    outcome: 'rolled-back',
  },
  {
    name: 'a dead device whose update is held up takes a recovery release over the mesh instead',
    factory: dead324,
    recovery: mends,
    over: 'mesh',
    heldUp: good325,
    outcome: 'confirmed',
  },
  {
    name: 'a device that is asked to takes a recovery release over the mesh',
    factory: good324,
    recovery: mends,
    over: 'mesh',
    demanded: true,
    outcome: 'confirmed',
  },
  {
    name: 'a recovery release of which a neighbour gave the beginning comes whole over the mesh',
    factory: good324,
    recovery: mends,
    over: 'link that breaks, then mesh',
    demanded: true,
    outcome: 'confirmed',
  },
];

async function prepare(told: RescueStory, disk: PretendDisk): Promise<DeviceWorld> {
  const { factory, recovery, outcome, demanded, heldUp } = told;
  const server = new PretendServer(factory, recovery, ...(heldUp === undefined ? [] : [heldUp]));
  server.unreachable = heldUp === undefined;
  if (heldUp !== undefined) server.offers('update', heldUp, 600);
  const fleet = new SignedFleet(NOW);
  fleet.publish(NOW, recovery);
  const neighbour = new GivingNeighbour();
  await neighbour.hold(fleet, recovery);
  const endsOn = (outcome === 'confirmed' ? recovery : factory).signed.custom.version;
  const story = { name: told.name, factory, offered: [], endsOn };
  const roads = (clock: Clock, own: Disk) => roadsOf(told, own, fleet, neighbour, clock);
  const machine = processMachine;
  const world = {
    story,
    machine,
    disk,
    server,
    line: { breaks: heldUp === undefined ? 0 : Infinity },
    device: undefined,
    garbage: [],
    roads,
  };
  await makeDevice(world);
  if (demanded === true) disk.plant(join(FOLDER, DEMAND_FILE), Buffer.alloc(0));
  return world;
}

function roadsOf(
  { over, recovery }: RescueStory,
  disk: Disk,
  fleet: SignedFleet,
  neighbour: GivingNeighbour,
  clock: Clock,
): Road[] {
  const trust = new TrustFolder({ folder: join(FOLDER, 'trust'), pinnedRoot: fleet.pinnedRoot, clock, disk });
  const breaksAfter = over === 'link' ? Infinity : bytesOf(recovery).length >> 1;
  const link = neighbour.road({ clock, trust, disk, hardware: HARDWARE, breaksAfter });
  const files = new Map([...fleet.served].map(([name, all]) => [name, all.at(-1) ?? Buffer.alloc(0)]));
  const mesh = new MeshRoad({
    link: meshOfOne(files, [bytesOf(recovery)]),
    trust,
    hardware: HARDWARE,
    clock,
    disk,
    log: () => undefined,
  });
  return over === 'link' ? [link] : over === 'mesh' ? [mesh] : [link, mesh];
}

/** The server is there again once the recovery release runs, and hears how it ends. */
async function run(world: DeviceWorld, { recovery, heldUp }: RescueStory): Promise<void> {
  const device = powerOn(world);
  await noteLabels(world);
  noteDownload(world);
  const { server, disk } = world;
  const halfWay = () => (disk.peek(DOWNLOAD)?.length ?? 0) > 0;
  if (heldUp !== undefined && !server.unreachable) {
    if (!(await device.runUntil(DEADLINE, halfWay))) return;
    server.unreachable = true;
    server.offer = null;
  }
  const { version } = recovery.signed.custom;
  const isOver = () => hasEnded(world) && isQuiet(world);
  if (!(await device.runUntil(DEADLINE, () => isOver() || device.running === version))) return;
  server.unreachable = false;
  if (!(await device.runUntil(DEADLINE, isOver))) return;
  const reports = server.reports.length;
  await device.runUntil(DEADLINE, () => server.reports.length > reports && isQuiet(world));
}

/** Bytes of one release never stand beside a label of another, or they would be taken for its beginning. */
function noteDownload({ disk, server, garbage }: DeviceWorld): void {
  const bytes = disk.peek(DOWNLOAD);
  const label = disk.peek(`${DOWNLOAD}.part.json`)?.toString();
  if (bytes === undefined || bytes.length === 0 || label === undefined) return;
  for (const release of server.releases.values()) {
    const isItsBeginning = bytesOf(release).subarray(0, bytes.length).equals(bytes);
    const { sha256, custom } = release.signed;
    if (isItsBeginning && !label.includes(sha256))
      garbage.push(`the beginning of ${custom.version} has the label of something else`);
  }
}

function hasEnded({ server }: DeviceWorld): boolean {
  return server.outcomes.some(({ said }) => said.kind !== 'installed');
}

export const rescueLoops = STORIES.map((told) =>
  defineLoop<DeviceWorld>({
    name: told.name,
    atLeastWrites: 60,
    prepare: (disk) => prepare(told, disk),
    run: (world) => run(world, told),
    judge: (world) => judgeRescue(world, told.outcome),
  }),
);
