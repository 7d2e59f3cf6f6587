/** What happens to a device while its power is cut: one update, good or bad, and what comes before and after. */
import type { Clock, Instant } from '@tuesday/protocol';
import type { Road } from '../../rescue/road.ts';
import type { Disk } from '../../storage/disk.ts';
import { bundleRelease, type Line } from '../device/bundle-release.ts';
import { type Machine, processMachine } from '../device/home.ts';
import { WholeDevice } from '../device/whole-device.ts';
import type { PretendDisk } from '../disk/pretend-disk.ts';
import type { PretendRelease } from '../pretend-release.ts';
import { PretendServer } from '../pretend-server.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Wednesday 2026-11-25, 09:20 UTC. */
export const NOW = 1_795_598_400_000;
/** What a story may take, cuts included. */
export const DEADLINE = NOW + 24 * HOUR;
const PROBATION_SECONDS = 600;

export const SETTINGS = { healthEveryMillis: 2 * HOUR, trialHealthEveryMillis: 5 * MINUTE };
export const ENVIRONMENT = { broker: 'mosquitto 2.0.18' };

export const good324 = bundleRelease('3.2.4');
export const good325 = bundleRelease('3.2.5', { wayBack: '3.2.4' });
export const good326 = bundleRelease('3.2.6', { wayBack: '3.2.5' });
const crashing325 = bundleRelease('3.2.5', {
  wayBack: '3.2.4',
  behaves: () => ({ exitsAfterMillis: 2 * MINUTE, exitCode: 69, errorCode: '0x45' }),
});
const deaf325 = bundleRelease('3.2.5', { wayBack: '3.2.4', behaves: () => ({ startFails: true }) });

export interface Offered {
  readonly kind: 'update' | 'recall';
  readonly release: PretendRelease;
  /** How the device says that it ended. */
  readonly outcome: 'confirmed' | 'rolled-back';
}

export interface Story {
  readonly name: string;
  readonly factory: PretendRelease;
  readonly offered: readonly Offered[];
  readonly endsOn: string;
  /** So many answers of the server are lost. */
  readonly answersLost?: number;
  /** So often the line breaks in a download. */
  readonly lineBreaks?: number;
  /** Offered first, and withdrawn as soon as some of it has come. */
  readonly withdrawn?: PretendRelease;
  /** The release is recalled as soon as a report says that it is tried. */
  readonly recalledWhileTried?: true;
  /** As soon as the device has begun to download, the server is away for so long. */
  readonly awayMillis?: number;
  /** The power may go while the device is made, too. */
  readonly fromTheFactory?: boolean;
}

const update = (release: PretendRelease, outcome: Offered['outcome'] = 'confirmed'): Offered => ({
  kind: 'update',
  release,
  outcome,
});
const recall = (release: PretendRelease): Offered => ({ kind: 'recall', release, outcome: 'confirmed' });

export const STORIES: readonly Story[] = [
  {
    name: 'a device is provisioned, and reports',
    factory: good324,
    offered: [],
    endsOn: '3.2.4',
    fromTheFactory: true,
  },
  { name: 'a good update is confirmed', factory: good324, offered: [update(good325)], endsOn: '3.2.5' },
  {
    name: 'an update that crashes is rolled back',
    factory: good324,
    offered: [update(crashing325, 'rolled-back')],
    endsOn: '3.2.4',
  },
  {
    name: 'an update that never starts is rolled back, and the next one is confirmed',
    factory: good324,
    offered: [update(deaf325, 'rolled-back'), update(good326)],
    endsOn: '3.2.6',
  },
  {
    name: 'a recall is confirmed',
    factory: good325,
    offered: [recall(good324)],
    endsOn: '3.2.4',
  },
  {
    name: 'an update that is recalled while it is tried is rolled back',
    factory: good324,
    offered: [update(good325, 'rolled-back')],
    endsOn: '3.2.4',
    recalledWhileTried: true,
  },
  {
    name: 'an update over the slot that was confirmed before is confirmed',
    factory: good324,
    offered: [update(good325), update(good326)],
    endsOn: '3.2.6',
  },
  {
    name: 'an update over a line that breaks four times is confirmed',
    factory: good324,
    offered: [update(good325)],
    endsOn: '3.2.5',
    lineBreaks: 4,
  },
  {
    name: 'an update of which the server does not hear at once is confirmed',
    factory: good324,
    offered: [update(good325)],
    endsOn: '3.2.5',
    answersLost: 6,
  },
  {
    name: 'an update whose server is away for hours in the middle of the download is confirmed',
    factory: good324,
    offered: [update(good325)],
    endsOn: '3.2.5',
    lineBreaks: 1,
    awayMillis: 5 * HOUR,
  },
  {
    name: 'an update that takes the place of one that was withdrawn half-way is confirmed',
    factory: good324,
    offered: [update(good326)],
    endsOn: '3.2.6',
    lineBreaks: 40,
    withdrawn: good325,
  },
];

export interface DeviceWorld {
  readonly story: Story;
  readonly machine: Machine;
  readonly disk: PretendDisk;
  readonly server: PretendServer;
  readonly line: Line;
  device: WholeDevice | undefined;
  /** The server has been away for as long as the story says. */
  wasAway?: boolean;
  /** What earlier lives of the device did wrong. */
  readonly garbage: string[];
  /** Over which it finds a recovery release; absent: nobody has one. */
  readonly roads?: (clock: Clock, disk: Disk) => readonly Road[];
}

export async function prepareStory(
  story: Story,
  disk: PretendDisk,
  machine: Machine = processMachine,
): Promise<DeviceWorld> {
  const releases = story.offered.map(({ release }) => release);
  if (story.withdrawn !== undefined) releases.push(story.withdrawn);
  const server = new PretendServer(story.factory, ...releases);
  server.answersLost = story.answersLost ?? 0;
  if (story.recalledWhileTried === true) server.pollAfterSeconds = 120;
  const line = { breaks: story.lineBreaks ?? 0 };
  const world: DeviceWorld = { story, machine, disk, server, line, device: undefined, garbage: [] };
  if (story.fromTheFactory !== true) await makeDevice(world);
  return world;
}

export function makeDevice({ story, machine, disk }: DeviceWorld): Promise<void> {
  return machine.make(disk, story.factory);
}

/** Goes on where the power went. */
export async function runStory(world: DeviceWorld): Promise<void> {
  if (world.story.fromTheFactory === true) await makeDevice(world);
  powerOn(world);
  await noteLabels(world);
  await follow(world, DEADLINE);
}

/** A slot with a label is whole, wherever the power went. */
export async function noteLabels({ machine, disk, device, garbage }: DeviceWorld): Promise<void> {
  const labels = await machine.labels(disk);
  for (const slot of ['a', 'b'] as const) {
    const said = labels[slot]?.version;
    const held = device?.holds(slot)?.signed.custom.version;
    if (said !== undefined && said !== held)
      garbage.push(`the label of slot ${slot} says ${said}, which holds ${held ?? 'nothing whole'}`);
  }
}

/** Another life of the device begins. */
export function powerOn(world: DeviceWorld): WholeDevice {
  const { disk, server, line, roads, machine, story } = world;
  const now = world.device?.clock.now() ?? NOW;
  if (world.device !== undefined) world.garbage.push(...world.device.garbage);
  const own = { environment: ENVIRONMENT, settings: SETTINGS, roads };
  const { factory } = story;
  world.device = new WholeDevice({ machine, factory, disk, server, line, ...own }, now);
  return world.device;
}

/** Until the story has ended, or until then, or until the power goes. */
export async function follow(world: DeviceWorld, until: Instant): Promise<void> {
  const { story, server, line, device } = world;
  if (device === undefined) return;
  if (story.withdrawn !== undefined && line.breaks > 0) await offerAndWithdraw(world, story.withdrawn);
  if (story.awayMillis !== undefined && world.wasAway !== true) await loseServer(world, story.awayMillis);
  for (const [index, { kind, release }] of story.offered.entries()) {
    const rollout = `r-${index + 1}`;
    const over = () => hasEnded(world, rollout);
    if (!over() && server.offer?.rollout !== rollout)
      server.offers(kind, release, PROBATION_SECONDS, rollout);
    const tried = () => over() || reportsToRun(world, release);
    if (story.recalledWhileTried === true && !over() && (await device.runUntil(until, tried)))
      server.offers('recall', story.factory, PROBATION_SECONDS, rollout);
    if (!(await device.runUntil(until, () => over() && isQuiet(world)))) return;
  }
  const reports = server.reports.length;
  await device.runUntil(until, () => server.reports.length > reports && isQuiet(world));
}

async function loseServer(world: DeviceWorld, millis: number): Promise<void> {
  const { server, device, story } = world;
  const [offered] = story.offered;
  server.unreachable = false;
  if (offered !== undefined) server.offers(offered.kind, offered.release, PROBATION_SECONDS, 'r-1');
  const begun = () => device?.device.state?.journal.intent?.step === 'downloading';
  if (!(await device?.runUntil(DEADLINE, begun))) return;
  server.unreachable = true;
  await device?.runUntil(device.clock.now() + millis);
  if (device?.off === true) return;
  server.unreachable = false;
  world.wasAway = true;
}

async function offerAndWithdraw(
  { server, line, device }: DeviceWorld,
  release: PretendRelease,
): Promise<void> {
  const { breaks } = line;
  server.offers('update', release, PROBATION_SECONDS, 'r-0');
  if (!(await device?.runUntil(DEADLINE, () => line.breaks < breaks))) return;
  server.offer = null;
  line.breaks = 0;
}

function reportsToRun({ server }: DeviceWorld, release: PretendRelease): boolean {
  const last = server.reports.at(-1)?.said;
  return last?.slots[last.active].version === release.signed.custom.version;
}

/** The server has heard how it ended. */
function hasEnded({ server }: DeviceWorld, rollout: string): boolean {
  return server.outcomes.some(({ said }) => said.rollout === rollout && said.kind !== 'installed');
}

export function isQuiet({ device }: DeviceWorld): boolean {
  const state = device?.device.state;
  return state != null && state.journal.intent === null && state.journal.outbox.length === 0;
}
