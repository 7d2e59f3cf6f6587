/** Plays one interruption loop: once whole, then once for each cut point, and counts what held. */
import type { CutKind } from '../disk/platter.ts';
import { PretendDisk } from '../disk/pretend-disk.ts';
import type { AnyLoop, Ending } from './define-loop.ts';

export interface LoopReport {
  readonly name: string;
  /** Of the story when nothing is cut. */
  readonly writes: number;
  /** Pairs of a write and a way to cut it. */
  readonly cutPoints: number;
  /** Cut points that were tried: all of them, or a sample. */
  readonly tried: number;
  /** Of those that were tried. */
  readonly bootable: number;
  readonly onKnownVersion: number;
  readonly truthfulReport: number;
  /** One sentence for each thing that is wrong; empty when all held. */
  readonly wrong: readonly string[];
}

interface CutPoint {
  readonly at: number;
  readonly kind: CutKind;
  readonly what: string;
}

/** More of the same help nobody. */
const WRONG_LIMIT = 20;

/** @param most so many cut points are tried at most, spread evenly and always the same ones; all by default */
export async function playLoop(loop: AnyLoop, most = Infinity): Promise<LoopReport> {
  const whole = await play(loop, undefined);
  const points = cutPoints(whole.disk, whole.before);
  const writes = whole.disk.writes - whole.before;
  const wrong = whole.ending.because.map((because) => `without a cut: ${because}`);
  if (writes < loop.atLeastWrites) wrong.push(`${writes} writes, ${loop.atLeastWrites} are the least`);
  const held = { tried: 0, bootable: 0, onKnownVersion: 0, truthfulReport: 0 };
  for (const point of spread(points, most)) {
    const where = `${point.kind} at write ${point.at} (${point.what})`;
    const { disk, ending } = await play(loop, point);
    held.tried += 1;
    if (disk.cuts === 0) wrong.push(`${where}: the power did not go`);
    held.bootable += Number(ending.bootable);
    held.onKnownVersion += Number(ending.onKnownVersion);
    held.truthfulReport += Number(ending.truthfulReport);
    wrong.push(...ending.because.map((because) => `${where}: ${because}`));
  }
  return { name: loop.name, writes, cutPoints: points.length, ...held, wrong: wrong.slice(0, WRONG_LIMIT) };
}

function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return all.filter(
    (_, index) => Math.floor((index * most) / all.length) < Math.floor(((index + 1) * most) / all.length),
  );
}

/** In one story no two cuts are alike: kinds that would leave the same are not repeated. */
function cutPoints(disk: PretendDisk, before: number): CutPoint[] {
  return disk.noted
    .slice(before)
    .flatMap(({ what, kinds }, index) => kinds.map((kind) => ({ at: index + 1, kind, what })));
}

async function play(
  loop: AnyLoop,
  point: CutPoint | undefined,
): Promise<{ readonly disk: PretendDisk; readonly before: number; readonly ending: Ending }> {
  const disk = new PretendDisk();
  const world = await loop.prepare(disk);
  const before = disk.writes;
  if (point !== undefined) disk.cutPower(before + point.at, point.kind);
  for (;;) {
    await Promise.race([loop.run(world, disk), disk.whenOff]);
    if (!disk.off) break;
    disk.powerOn();
  }
  return { disk, before, ending: await loop.judge(world, disk) };
}
