/** Firmware that the boot itself started: the agent sees it by its pid file, or takes it as running. */
import { readFile } from 'node:fs/promises';
import type { Sight } from './watched.ts';

export async function seeProcess(pidFile: string | undefined): Promise<Sight> {
  if (pidFile === undefined) return { is: 'runs', id: '' };
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  const pid = Number(text.trim());
  // Being started: it writes the file when it is up. The core does not wait for ever.
  if (!Number.isInteger(pid) || pid <= 0) return { is: 'unclear' };
  return isAlive(pid) ? { is: 'runs', id: String(pid) } : { is: 'gone', exitCode: null };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user, and alive.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
