/**
 * What can be seen of a `Disk` while there is power. Each sentence is held against the real one and against
 * the pretend one (`storage/disk.test.ts`), so that the model of power cuts stands on the same ground.
 */
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Disk } from '../../storage/disk.ts';

export type DiskClause = (disk: Disk, folder: string) => Promise<void>;

const text = (bytes: Buffer | undefined) => bytes?.toString('latin1');
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error as NodeJS.ErrnoException).code,
  );

async function put(disk: Disk, path: string, content: string): Promise<void> {
  await using file = await disk.create(path);
  await file.write(Buffer.from(content), 0);
  await file.sync();
}

async function all(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString('latin1');
}

export const diskContract: ReadonlyArray<readonly [string, DiskClause]> = [
  [
    'what was written is read, whole, in part and as a stream',
    async (disk, folder) => {
      const path = join(folder, 'f');
      await put(disk, path, '0123456789');
      expect(text(await disk.read(path))).toBe('0123456789');
      expect(text(await disk.readPart(path, 3, 4))).toBe('3456');
      expect(text(await disk.readPart(path, 8, 40))).toBe('89');
      expect(text(await disk.readPart(path, 40, 4))).toBe('');
      expect(await all(disk.stream(path))).toBe('0123456789');
      expect(await all(disk.stream(path, 7))).toBe('789');
      expect(await all(disk.stream(path, 70))).toBe('');
      expect(await disk.size(path)).toBe(10);
    },
  ],
  [
    'writes are seen before they are synced',
    async (disk, folder) => {
      await using file = await disk.create(join(folder, 'f'));
      await file.write(Buffer.from('seen'), 0);
      expect(text(await disk.read(join(folder, 'f')))).toBe('seen');
    },
  ],
  [
    'a file that is missing reads as nothing, or throws ENOENT',
    async (disk, folder) => {
      const path = join(folder, 'none');
      expect(await disk.read(path)).toBeUndefined();
      expect(await disk.size(path)).toBeUndefined();
      await disk.remove(path);
      expect(await code(disk.readPart(path, 0, 1))).toBe('ENOENT');
      expect(await code(all(disk.stream(path)))).toBe('ENOENT');
      expect(await code(disk.update(path))).toBe('ENOENT');
      expect(await code(disk.rename(path, join(folder, 'other')))).toBe('ENOENT');
    },
  ],
  [
    'a folder that is missing lists nothing, and nothing can be created in it',
    async (disk, folder) => {
      const missing = join(folder, 'no', 'folder');
      expect(await disk.list(missing)).toEqual([]);
      expect(await code(disk.create(join(missing, 'f')))).toBe('ENOENT');
      expect(await code(disk.syncFolder(missing))).toBe('ENOENT');
    },
  ],
  [
    'creating empties what was there; updating keeps it',
    async (disk, folder) => {
      const path = join(folder, 'f');
      await put(disk, path, 'long content');
      await put(disk, path, 'short');
      expect(text(await disk.read(path))).toBe('short');
      await using file = await disk.update(path);
      await file.write(Buffer.from('O'), 2);
      expect(text(await disk.read(path))).toBe('shOrt');
    },
  ],
  [
    'a write beyond the end leaves zeros before it, and one of nothing leaves nothing',
    async (disk, folder) => {
      const path = join(folder, 'f');
      await put(disk, path, 'ab');
      await using file = await disk.update(path);
      await file.write(Buffer.from('z'), 5);
      await file.write(Buffer.alloc(0), 9);
      expect(text(await disk.read(path))).toBe('ab\0\0\0z');
    },
  ],
  [
    'renaming replaces, and a file that is open stays the same file',
    async (disk, folder) => {
      const [from, to] = [join(folder, 'new'), join(folder, 'old')];
      await put(disk, to, 'old');
      await using file = await disk.create(from);
      await file.write(Buffer.from('new'), 0);
      await disk.rename(from, to);
      await disk.syncFolder(folder);
      expect(text(await disk.read(to))).toBe('new');
      expect(await disk.read(from)).toBeUndefined();
      await file.write(Buffer.from('er'), 3);
      expect(text(await disk.read(to))).toBe('newer');
    },
  ],
  [
    'a file that is removed while it is open can still be written, and is gone',
    async (disk, folder) => {
      const path = join(folder, 'f');
      await using file = await disk.create(path);
      await disk.remove(path);
      await file.write(Buffer.from('nobody'), 0);
      expect(await disk.read(path)).toBeUndefined();
    },
  ],
  [
    'folders are made with those above them, twice without harm, and listed in order',
    async (disk, folder) => {
      await disk.makeFolder(join(folder, 'x', 'y'));
      await disk.makeFolder(join(folder, 'x', 'y'));
      await put(disk, join(folder, 'x', 'b'), '');
      await put(disk, join(folder, 'x', 'a'), '');
      expect(await disk.list(join(folder, 'x'))).toEqual(['a', 'b', 'y']);
      expect(await disk.size(join(folder, 'x', 'a'))).toBe(0);
      expect(await code(disk.read(join(folder, 'x')))).toBe('EISDIR');
    },
  ],
  [
    'there is room',
    async (disk, folder) => {
      expect(await disk.freeBytes(folder)).toBeGreaterThan(1_048_576);
    },
  ],
];
