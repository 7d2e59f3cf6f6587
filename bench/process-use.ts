/** What processes take of the machine, as Linux has it. */
import { readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

/** Megabytes. */
export interface Memory {
  /** Everything that is in memory of it. */
  readonly resident: number;
  /** Its own: the machine cannot drop it and read it again. */
  readonly anonymous: number;
  /** Resident, with what others have in memory as well divided among all. */
  readonly proportional: number;
}

export function memoryOf(pids: readonly number[]): Memory {
  const all = pids.map((pid) => readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  const sum = (name: string) => {
    const kilobytes = all.map((text) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]));
    return Math.round(kilobytes.reduce((total, one) => total + one, 0) / 102.4) / 10;
  };
  return { resident: sum('Rss'), anonymous: sum('Anonymous'), proportional: sum('Pss') };
}

/** Processor time of all threads that live, seconds. */
export function processorSeconds(pids: readonly number[]): number {
  const threads = pids.flatMap((pid) => readdirSync(`/proc/${pid}/task`).map((one) => `${pid}/task/${one}`));
  const nanoseconds = threads.map((one) =>
    Number(readFileSync(`/proc/${one}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((total, one) => total + one, 0) / 1e9;
}

/** Children of a process, by their ids. */
export function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

/**
 * Has a file read anew, as after a restart of the machine. How much of an executable counts as resident depends on how
 * it came into memory: Linux maps the pieces whole in which a file was written or read, and one that was just written
 * by a build lies there in large ones.
 *
 * @throws Error without coreutils' `dd`
 */
export function forgetFile(file: string): void {
  for (const args of [
    [`of=${file}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0'],
    [`if=${file}`, 'iflag=nocache', 'count=0'],
  ]) {
    const { status, stderr } = spawnSync('dd', [...args, 'status=none'], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`dd ${args.join(' ')}: ${stderr}`);
  }
}
