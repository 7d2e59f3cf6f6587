/** The real disk, until its n-th write, sync, rename or removal: that one fails, half-done if it is a write. */
import { type Disk, type DiskFile, realDisk } from '../../storage/disk.ts';

export interface FaultyDisk extends Disk {
  /** Things done so far that change the disk. */
  readonly changes: number;
  /** Which of them were writes of bytes: those can be half-done. */
  readonly writes: ReadonlySet<number>;
}

export class Cut extends Error {}

/** Nothing here loses what was not synced, so syncing only counts. */
const nothing = () => Promise.resolve();

/** @param failing the change that fails, counted from 1; every later one fails as well, as after a power cut */
export function faultyDisk(failing: number, half: boolean): FaultyDisk {
  let changes = 0;
  const writes = new Set<number>();
  const change = async <T>(act: () => Promise<T>, tear?: () => Promise<void>): Promise<T> => {
    changes += 1;
    if (tear !== undefined) writes.add(changes);
    if (changes < failing) return act();
    if (changes === failing && half) await tear?.();
    throw new Cut(`the power went at change ${failing}`);
  };
  const wrap = (file: DiskFile): DiskFile => ({
    write: (bytes, at) =>
      change(
        () => file.write(bytes, at),
        () => file.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), at),
      ),
    sync: () => change(nothing),
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  });
  return {
    ...realDisk,
    get changes() {
      return changes;
    },
    writes,
    create: async (path) => wrap(await change(() => realDisk.create(path))),
    update: async (path) => wrap(await realDisk.update(path)),
    rename: (from, to) => change(() => realDisk.rename(from, to)),
    remove: (path) => change(() => realDisk.remove(path)),
    makeFolder: (path) => change(() => realDisk.makeFolder(path)),
    syncFolder: () => change(nothing),
  };
}
