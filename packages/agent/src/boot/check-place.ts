/** Whether a place that the configuration names can be used, before anything is written. */
import { type BigIntStats, constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { type Refusal, refuse } from '@tuesday/protocol';

/** @returns undefined when bytes can be written there */
export async function checkWritable(place: string, field: string): Promise<Refusal | undefined> {
  try {
    const found = await stat(place);
    if (!found.isBlockDevice() && !found.isFile()) {
      return refuse('config-invalid', `${place} is neither a block device nor a file.`, { field });
    }
    await access(place, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return refuse('config-invalid', `${place} cannot be used: ${(error as Error).message}.`, { field });
  }
}

/** @returns undefined when files can be made and removed there */
export async function checkFolder(place: string, field: string): Promise<Refusal | undefined> {
  try {
    if (!(await stat(place)).isDirectory()) {
      return refuse('config-invalid', `${place} is no folder.`, { field });
    }
    await access(place, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return refuse('config-invalid', `${place} cannot be used: ${(error as Error).message}.`, { field });
  }
}

/** Also through links, other names of a device, and second names of a file. Both exist. */
export async function isSamePlace(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([stat(one, { bigint: true }), stat(other, { bigint: true })]);
  return identity(first) === identity(second);
}

/**
 * @param mounts file with what is mounted, as `/proc/self/mountinfo` (Linux, proc_pid_mountinfo(5)): the third field
 *   is the device, the fifth where it is mounted
 * @returns where; undefined when nowhere, and for files
 */
export async function mountedAt(place: string, mounts: string): Promise<string | undefined> {
  const found = await stat(place);
  if (!found.isBlockDevice()) return undefined;
  const { rdev } = found;
  const major = (rdev >> 8) & 0xfff;
  const minor = (rdev & 0xff) | ((rdev >> 12) & 0xfff00);
  const lines = (await readFile(mounts, 'utf8').catch(() => '')).split('\n').map((line) => line.split(' '));
  return lines.find((fields) => fields[2] === `${major}:${minor}`)?.[4];
}

function identity(found: BigIntStats): string {
  return found.isBlockDevice() ? `device ${found.rdev}` : `file ${found.dev} ${found.ino}`;
}
