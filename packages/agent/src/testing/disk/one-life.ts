/**
 * A disk as one life of a machine sees it. When the power went, nothing that this life still asks is ever answered, also
 * not when the power is back: the disk is the same then, but whoever waited for something else is dead all the same.
 */
import type { Disk, DiskFile } from '../../storage/disk.ts';
import type { PretendDisk } from './pretend-disk.ts';

export function oneLife(disk: PretendDisk): Disk {
  const { cuts } = disk;
  const dead = () => disk.cuts > cuts;
  const alive = <T>(work: () => Promise<T>): Promise<T> => (dead() ? new Promise(() => undefined) : work());
  const opened = async (opening: () => Promise<DiskFile>): Promise<DiskFile> => {
    const file = await alive(opening);
    return {
      write: (bytes, at) => alive(() => file.write(bytes, at)),
      sync: () => alive(() => file.sync()),
      [Symbol.asyncDispose]: () => alive(async () => file[Symbol.asyncDispose]()),
    };
  };
  return {
    read: (path) => alive(() => disk.read(path)),
    readPart: (path, from, length) => alive(() => disk.readPart(path, from, length)),
    async *stream(path, from) {
      for await (const chunk of disk.stream(path, from)) {
        await alive(() => Promise.resolve());
        yield chunk;
      }
    },
    size: (path) => alive(() => disk.size(path)),
    list: (folder) => alive(() => disk.list(folder)),
    create: (path) => opened(() => disk.create(path)),
    update: (path) => opened(() => disk.update(path)),
    rename: (from, to) => alive(() => disk.rename(from, to)),
    remove: (path) => alive(() => disk.remove(path)),
    makeFolder: (path) => alive(() => disk.makeFolder(path)),
    syncFolder: (path) => alive(() => disk.syncFolder(path)),
    freeBytes: (folder) => alive(() => disk.freeBytes(folder)),
  };
}
