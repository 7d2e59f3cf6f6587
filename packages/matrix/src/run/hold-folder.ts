/** One run at a time in a folder. */
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderFault } from './run-folder.ts';

/**
 * @returns gives it back
 * @throws FolderFault when another runner lives
 */
export async function holdFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'runner');
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${process.pid} ${await startOf('self')}\n`);
  try {
    while (!(await linked(draft, file))) await removeDead(file, folder);
  } finally {
    await rm(draft, { force: true });
  }
  return () => rm(file, { force: true });
}

/** A link is made whole or not at all, so of two runners that come at once one is first. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function removeDead(file: string, folder: string): Promise<void> {
  const held = await readFile(file, 'utf8').catch(() => '');
  const [pid = '', started] = held.trim().split(' ');
  if (started !== undefined && started !== '' && (await startOf(pid)) === started)
    throw new FolderFault(`another run is under way in ${folder} (process ${pid})`);
  await rm(file, { force: true });
}

/** When a process began, in ticks since the boot: a process id alone may be somebody else's by now. */
async function startOf(pid: string): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}
