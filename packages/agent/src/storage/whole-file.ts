/** Files that are replaced whole: after a power cut there is the old version or the new one, never a mixture. */
import { dirname } from 'node:path';
import { type Disk, realDisk } from './disk.ts';

/**
 * Durable when it resolves: bytes and name have reached the disk.
 *
 * @throws what the file system throws; the old version stands then
 */
export async function writeWhole(
  file: string,
  bytes: string | Uint8Array,
  disk: Disk = realDisk,
): Promise<void> {
  const fresh = `${file}.new`;
  {
    await using opened = await disk.create(fresh);
    await opened.write(typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes, 0);
    await opened.sync();
  }
  await disk.rename(fresh, file);
  await disk.syncFolder(dirname(file));
}

/** @returns undefined when there is no file, or when what is there is not JSON */
export async function readJson(file: string, disk: Disk = realDisk): Promise<unknown> {
  const bytes = await disk.read(file);
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** Removes durably; nothing happens when the folder is not there. */
export async function removeFile(file: string, disk: Disk = realDisk): Promise<void> {
  await disk.remove(file);
  // Also when it is gone already: an earlier removal may not have become durable.
  await disk.syncFolder(dirname(file)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
}
