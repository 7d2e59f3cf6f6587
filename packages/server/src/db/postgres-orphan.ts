/**
 * A PostgreSQL that a killed server left behind: found by its pid file, known by its command line, ended; and
 * sessions that a killed PostgreSQL left behind.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
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

/** Ends what still runs on this cluster: its postmaster, and sessions that have outlived theirs. */
export async function endOrphan(data: string, clock: Clock): Promise<void> {
  await endPostmaster(data, clock);
  await endSessions(data, clock);
}

/**
 * A session whose postmaster was killed ends when it looks up from its work, which can take long; until then no
 * other can start on the same data. It gets a moment, then it is told. What it did not commit is lost either way.
 *
 * Without /proc (macOS) it cannot be told whose a session is, and PostgreSQL says itself why it does not start.
 */
async function endSessions(data: string, clock: Clock): Promise<void> {
  const PATIENCE = [
    [undefined, 2_000],
    ['SIGTERM', 10_000],
    ['SIGQUIT', 10_000],
  ] as const;
  let left = sessionsOn(data);
  for (const [signal, patience] of PATIENCE) {
    if (signal) for (const pid of left) tell(pid, signal);
    for (let waited = 0; left.length > 0 && waited < patience; waited += 25) {
      await clock.sleep(25);
      left = sessionsOn(data);
    }
  }
  if (left.length > 0)
    throw new Error(`sessions of the PostgreSQL of ${data} do not end (processes ${left.join(', ')})`);
}

/** PostgreSQL's processes work in the folder of their cluster. */
function sessionsOn(data: string): number[] {
  return processes().filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === data && /^postgres\b/.test(commandLine(pid));
    } catch {
      // It has just ended, or is somebody else's.
      return false;
    }
  });
}

function processes(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isInteger(pid) && pid > 1);
  } catch {
    return [];
  }
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Shuts down the postmaster of this cluster, if one runs. A process id that was reused is left alone. */
async function endPostmaster(data: string, clock: Clock): Promise<void> {
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
