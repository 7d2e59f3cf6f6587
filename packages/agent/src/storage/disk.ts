/**
 * The one door through which the agent writes. Behind it is the real file system, or in tests a disk that
 * loses power: what was not synced may then be gone, torn or written in another order.
 */
import { createReadStream } from 'node:fs';
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  stat,
  statfs,
  unlink,
} from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** A file that is open for writing. Whoever opens it disposes of it: `await using file = await disk.create(…)`. */
export interface DiskFile extends AsyncDisposable {
  /** Writes all bytes from this offset on. Not durable before `sync`. */
  write(bytes: Uint8Array, at: number): Promise<void>;
  /** The bytes have reached the disk when it resolves; the name of a new file has not, see `syncFolder`. */
  sync(): Promise<void>;
}

/** Paths are those of the file system. Everything throws what the file system throws, unless it says otherwise. */
export interface Disk {
  /** @returns undefined when there is no such file */
  read(path: string): Promise<Buffer | undefined>;
  /** @returns at most so many bytes from this offset on; fewer at the end of the file */
  readPart(path: string, from: number, length: number): Promise<Buffer>;
  /** Chunks from this offset to the end. */
  stream(path: string, from?: number): AsyncIterable<Buffer>;
  /** Bytes; undefined when there is no such file. */
  size(path: string): Promise<number | undefined>;
  /** Names in a folder, sorted; none when there is no such folder. */
  list(folder: string): Promise<string[]>;
  /** An empty file under this name, whatever was there before. Readable by its owner only. */
  create(path: string): Promise<DiskFile>;
  /** A file, or a block device, that is there, with the bytes it has. */
  update(path: string): Promise<DiskFile>;
  /** Atomic: after a power cut the name has the old file or the new one. Durable after `syncFolder`. */
  rename(from: string, to: string): Promise<void>;
  /** Nothing happens when there is no such file. Durable after `syncFolder`. */
  remove(path: string): Promise<void>;
  /** With the folders above it. Durable when it resolves: what is written to a folder that is lost is lost. */
  makeFolder(path: string): Promise<void>;
  /** Makes creations, renames and removals in a folder durable. */
  syncFolder(path: string): Promise<void>;
  /** Bytes that may still be written to the file system of a folder. */
  freeBytes(folder: string): Promise<number>;
}

export const realDisk: Disk = {
  read: (path) => readFile(path).catch(onlyWhen('ENOENT')),
  async readPart(path, from, length) {
    await using handle = await open(path, 'r');
    const bytes = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await handle.read(bytes, filled, length - filled, from + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  },
  stream: (path, from = 0) => createReadStream(path, { start: from }) as AsyncIterable<Buffer>,
  size: (path) => stat(path).then((found) => found.size, onlyWhen('ENOENT')),
  async list(folder) {
    const names = await readdir(folder).catch(onlyWhen('ENOENT'));
    return (names ?? []).sort();
  },
  create: async (path) => new RealFile(await open(path, 'w', 0o600)),
  update: async (path) => new RealFile(await open(path, 'r+')),
  rename,
  remove: (path) => unlink(path).catch(onlyWhen('ENOENT')),
  async makeFolder(path) {
    const first = await mkdir(path, { recursive: true });
    if (first === undefined) return;
    for (let made = resolve(path); made.length >= first.length; made = dirname(made))
      await realDisk.syncFolder(dirname(made));
  },
  async syncFolder(path) {
    const handle = await openFolder(path);
    if (handle === undefined) return;
    await using opened = handle;
    await opened.sync();
  },
  async freeBytes(folder) {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
};

class RealFile implements DiskFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async write(bytes: Uint8Array, at: number): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, at + done);
      done += bytesWritten;
    }
  }

  sync(): Promise<void> {
    return this.#handle.sync();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#handle.close();
  }
}

/** Windows opens no folders, and needs this less. */
function openFolder(path: string): Promise<FileHandle | undefined> {
  return open(path, 'r').catch(onlyWhen('EISDIR', 'EPERM', 'EACCES'));
}

/** Turns errors with one of these codes into undefined, and throws the others on. */
function onlyWhen(...codes: string[]): (error: unknown) => undefined {
  return (error) => {
    if (codes.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  };
}
