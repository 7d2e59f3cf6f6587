/**
 * An interruption loop: a story that writes to a disk, played again for each write and each way to cut it.
 *
 * `prepare` sets things up and is never cut. `run` plays the story; where it does not end, because the power
 * went, it is called again on what the disk then holds, until it ends. `judge` says what came of it. All three
 * must do the same each time they are called on the same disk: time stands still unless they move it.
 */
import type { PretendDisk } from '../disk/pretend-disk.ts';

export interface Ending {
  /** Something whole boots. For a part without a boot: what it keeps can be read and used. */
  readonly bootable: boolean;
  /** What runs, or is kept, is a version that people signed, and the one that the story ends on. */
  readonly onKnownVersion: boolean;
  /** Whatever was told to anybody on the way was true, and the end was told. */
  readonly truthfulReport: boolean;
  /** What is wrong, one sentence each. */
  readonly because: readonly string[];
}

export interface Loop<World> {
  /** A sentence: what happens when nothing is cut. */
  readonly name: string;
  /** Fewer writes mean that something goes past the door, and fail the loop. */
  readonly atLeastWrites: number;
  readonly prepare: (disk: PretendDisk) => Promise<World>;
  readonly run: (world: World, disk: PretendDisk) => Promise<void>;
  readonly judge: (world: World, disk: PretendDisk) => Ending | Promise<Ending>;
}

/** A loop whose world nobody outside of it needs to know. */
export type AnyLoop = Loop<unknown>;

export function defineLoop<World>(loop: Loop<World>): AnyLoop {
  return loop as AnyLoop;
}

/** An ending out of what is wrong, sorted by what it is wrong with. */
export function ending(wrong: {
  readonly boot?: readonly string[];
  readonly version?: readonly string[];
  readonly report?: readonly string[];
}): Ending {
  const { boot = [], version = [], report = [] } = wrong;
  return {
    bootable: boot.length === 0,
    onKnownVersion: version.length === 0,
    truthfulReport: report.length === 0,
    because: [...boot, ...version, ...report],
  };
}
