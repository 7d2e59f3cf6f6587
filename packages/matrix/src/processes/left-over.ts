/** What is left of a run whose runner and guards were all killed: found by its marks, ended by its process ids. */
import { readdir, readFile } from 'node:fs/promises';
import { wallClock } from '@tuesday/protocol/clock';
import { MARK } from './guard.ts';

/** Process ids that carry one of the marks. Linux only; elsewhere nothing is found. */
export async function processesWith(marks: ReadonlySet<string>): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const carries = await Promise.all(pids.map(async (pid) => marks.has((await markOf(pid)) ?? '')));
  return pids.filter((_, index) => carries[index]);
}

async function markOf(pid: number): Promise<string | undefined> {
  // A process that ends meanwhile, or is somebody else's, is not one of ours that is left.
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  const prefix = `${MARK}=`;
  return environment
    .split('\0')
    .find((entry) => entry.startsWith(prefix))
    ?.slice(prefix.length);
}

/** Looks in a row that find nothing: a process shows no mark in the moment in which it becomes another program. */
const QUIET_LOOKS = 3;
const BETWEEN_LOOKS_MILLIS = 30;

/** @returns how many were ended */
export async function endLeftOver(marks: ReadonlySet<string>): Promise<number> {
  if (marks.size === 0) return 0;
  const ended = new Set<number>();
  for (let quiet = 0; quiet < QUIET_LOOKS;) {
    const pids = await processesWith(marks);
    quiet = pids.length === 0 ? quiet + 1 : 0;
    for (const pid of pids) {
      ended.add(pid);
      kill(pid);
    }
    await wallClock().sleep(BETWEEN_LOOKS_MILLIS);
  }
  return ended.size;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in between.
  }
}
