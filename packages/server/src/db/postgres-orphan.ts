/** A PostgreSQL that a killed server left behind: found by its pid file, known by its command line, ended. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@tuesday/protocol';

export interface PidFile {
  readonly pid: number;
  /** `starting`, `ready`, `stopping`; missing for a moment. */
  readonly status: string | undefined;
}

/** Line 1 of `postmaster.pid` is the process id, line 8 the state. */
export function readPidFile(data: string): PidFile | undefined {
  let text: string;
  try {
    text = readFileSync(join(data, 'postmaster.pid'), 'utf8');
  } catch {
    return undefined;
  }
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, status: lines[7]?.trim() } : undefined;
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Shuts down the postmaster of this cluster, if one runs. A process id that was reused is left alone. */
export async function endOrphan(data: string, clock: Clock): Promise<void> {
  const pid = readPidFile(data)?.pid;
  if (pid === undefined || !isRunning(pid) || !commandLine(pid).includes(data)) return;
  for (const [signal, patience] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 10_000],
  ] as const) {
    process.kill(pid, signal);
    for (let waited = 0; waited < patience; waited += 25) {
      if (!isRunning(pid)) return;
      await clock.sleep(25);
    }
  }
  throw new Error(`the PostgreSQL of ${data} (process ${pid}) does not end`);
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    // no /proc: macOS, or the process has just ended
  }
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
