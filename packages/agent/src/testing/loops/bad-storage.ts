/** A story of a device, played once for each write and sync of it, at which the disk begins to fail. */
import { type DiskFault, PretendDisk } from '../disk/pretend-disk.ts';
import {
  DEADLINE,
  type DeviceWorld,
  follow,
  NOW,
  powerOn,
  prepareStory,
  type Story,
} from './device-stories.ts';
import { judgeStory } from './judge-story.ts';

const HOUR = 3_600_000;

/** How a report names what the disk answers. */
export const TROUBLE = { ENOSPC: 'no-space', EROFS: 'read-only', EIO: 'stage-failed' } as const;

export interface BadStorageReport {
  /** Writes and syncs of the story when nothing fails. */
  readonly acts: number;
  /** Of those that were tried: at so many the device met the fault. */
  readonly met: number;
  /** One sentence for each thing that is wrong. */
  readonly wrong: readonly string[];
}

/** @param every so many acts are tried; 1: all */
export async function failFrom(told: Story, code: DiskFault, every: number): Promise<BadStorageReport> {
  return eachAct(told, every, async ({ world, disk }, at, starts) => {
    disk.fail(code, at);
    const device = powerOn(world);
    const wrong: string[] = [];
    await follow(world, NOW + 3 * HOUR);
    await device.runUntil(NOW + 3 * HOUR);
    if (disk.faults > 0) wrong.push(...(await wrongMeanwhile(world, TROUBLE[code])));
    disk.mend();
    await follow(world, DEADLINE);
    // Standing by starts nothing anew: what is started more often was tried again from the beginning.
    if (device.application.starts > 2 * starts) wrong.push(`${device.application.starts} starts`);
    if (world.server.reports.at(-1)?.said.trouble !== undefined) wrong.push('the trouble is told for ever');
    return [...wrong, ...(await judgeStory(world, 'installed')).because];
  });
}

/** The disk fails once, and works again. */
export function failOnce(told: Story, code: DiskFault, every: number): Promise<BadStorageReport> {
  return eachAct(told, every, async ({ world, disk }, at) => {
    disk.fail(code, at, true);
    powerOn(world);
    await follow(world, DEADLINE);
    return (await judgeStory(world, 'installed')).because;
  });
}

async function wrongMeanwhile(world: DeviceWorld, code: string): Promise<string[]> {
  const wrong: string[] = [];
  const told = new Set(world.server.reports.flatMap(({ said }) => said.trouble ?? []).map((one) => one.code));
  if (told.size !== 1 || ![...told].every((one) => one === code))
    wrong.push(`told of ${[...told].join(' and ') || 'nothing'}, not of ${code}`);
  if (world.device?.application.running !== true) wrong.push('the firmware does not run meanwhile');
  return wrong;
}

interface Begun {
  readonly world: DeviceWorld;
  readonly disk: PretendDisk;
}

async function eachAct(
  told: Story,
  every: number,
  play: (begun: Begun, at: number, starts: number) => Promise<readonly string[]>,
): Promise<BadStorageReport> {
  const whole = await begin(told);
  const before = whole.disk.acts;
  const device = powerOn(whole.world);
  await follow(whole.world, DEADLINE);
  const acts = whole.disk.acts - before;
  const wrong: string[] = [];
  let met = 0;
  for (let act = 1; act <= acts; act += every) {
    const begun = await begin(told);
    const found = await play(begun, before + act, device.application.starts);
    wrong.push(...found.map((because) => `at act ${act} of ${acts}: ${because}`));
    met += Math.min(1, begun.disk.faults);
  }
  return { acts, met, wrong };
}

async function begin(told: Story): Promise<Begun> {
  const disk = new PretendDisk();
  return { disk, world: await prepareStory(told, disk) };
}
