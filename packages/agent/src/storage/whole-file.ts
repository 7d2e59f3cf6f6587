/** Files that are replaced whole: after a power cut there is the old version or the new one, never a mixture. */
import { type FileHandle, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Durable when it resolves: bytes and name have reached the disk.
 *
 * @throws what the file system throws; the old version stands then
 */
export async function writeWhole(file: string, bytes: string | Uint8Array): Promise<void> {
  const fresh = `${file}.new`;
  await using handle = await open(fresh, 'w', 0o600);
  await handle.writeFile(bytes);
  await handle.sync();
  await rename(fresh, file);
  await syncFolder(dirname(file));
}

/** Makes renames and removals in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(folder, 'r');
  } catch (error) {
    // Windows opens no folders, and needs this less.
    if (isCode(error, 'EISDIR', 'EPERM', 'EACCES')) return;
    throw error;
  }
  await using opened = handle;
  await opened.sync();
}

/** @returns undefined when there is no file, or when what is there is not JSON */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError || isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Removes durably; nothing happens when the file is not there. */
export async function removeFile(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  await syncFolder(dirname(file));
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '');
}
