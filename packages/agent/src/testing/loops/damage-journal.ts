/** A device that finds its journal cut or altered, at each place in turn. */
import { FOLDER } from '../device/home.ts';
import { PretendDisk } from '../disk/pretend-disk.ts';
import type { Journal, Step } from '../../core/journal.ts';
import { DEADLINE, type DeviceWorld, follow, powerOn, prepareStory, type Story } from './device-stories.ts';

const JOURNAL = `${FOLDER}/journal.json`;
const DAY = 86_400_000;

export interface DamageReport {
  /** Damaged journals that were tried. */
  readonly tried: number;
  /** One sentence for each thing that is wrong. */
  readonly wrong: readonly string[];
}

/** A journal that was cut to so many bytes, or of which one bit of a byte is the other way round. */
export type Damage = 'cut' | 'flipped';

/**
 * @param step the device is interrupted in; null: after the story
 * @param every so many bytes are tried; 1: all
 */
export async function damageJournal(
  story: Story,
  step: Step | null,
  damage: Damage,
  every: number,
): Promise<DamageReport> {
  const length = (await interrupted(story, step)).disk.peek(JOURNAL)?.length ?? 0;
  const wrong: string[] = [];
  let tried = 0;
  for (let at = 0; at < length; at += every) {
    const { world, disk } = await interrupted(story, step);
    const whole = disk.peek(JOURNAL) ?? Buffer.alloc(0);
    disk.plant(JOURNAL, damage === 'cut' ? whole.subarray(0, at) : flipped(whole, at));
    wrong.push(
      ...(await wrongAfter(world)).map((because) => `${damage} at byte ${at} of ${length}: ${because}`),
    );
    tried += 1;
  }
  return { tried, wrong };
}

/** The story as far as the step, and then the power is pulled. */
async function interrupted(
  story: Story,
  step: Step | null,
): Promise<{ world: DeviceWorld; disk: PretendDisk }> {
  const disk = new PretendDisk();
  const world = await prepareStory(story, disk);
  const device = powerOn(world);
  if (step === null) await follow(world, DEADLINE);
  else {
    const { kind, release } = story.offered[0] ?? { kind: 'update', release: story.factory };
    world.server.offers(kind, release, 600, 'r-1');
    await device.runUntil(DEADLINE, () => stepOnDisk(disk) === step);
  }
  device.device.stop();
  return { world, disk };
}

function stepOnDisk(disk: PretendDisk): Step | undefined {
  const text = disk.peek(JOURNAL)?.toString() ?? 'null';
  return (JSON.parse(text) as Journal | null)?.intent?.step;
}

function flipped(whole: Buffer, at: number): Buffer {
  const altered = Buffer.from(whole);
  altered[at] = (whole[at] ?? 0) ^ 1;
  return altered;
}

async function wrongAfter(world: DeviceWorld): Promise<string[]> {
  const before = world.server.reports.length;
  const device = powerOn(world);
  await device.runUntil(device.clock.now() + DAY, () => world.server.reports.length > before + 1);
  const wrong = [...device.garbage, ...device.log.filter((line) => line.startsWith('fault'))];
  if (!device.application.running) wrong.push('the firmware does not run');
  if (world.server.reports.length <= before + 1) wrong.push('nothing is reported');
  for (const { said, running } of world.server.reports.slice(before)) {
    const { version } = said.slots[said.active];
    if (version !== running) wrong.push(`${version ?? 'nothing'} is reported, ${running} runs`);
  }
  return wrong;
}
