/** Runs a program for its exit code, within a time that is kept whatever the program does. */
import { spawn } from 'node:child_process';

export interface CommandResult {
  /** Null when it did not end by itself in time, or could not be started. */
  readonly exitCode: number | null;
  /** The first characters of its standard output. */
  readonly stdout: string;
}

/** Replaced in tests, and where programs are called by another way. */
export type RunCommand = (
  command: string,
  args: readonly string[],
  /** Real milliseconds; afterwards the program and its children are killed. */
  timeoutMillis: number,
) => Promise<CommandResult>;

/** Characters of output that are kept. */
const OUTPUT_LIMIT = 16_384;

export const runCommand: RunCommand = (command, args, timeoutMillis) =>
  new Promise((resolve) => {
    // A group of its own, so that its children end with it.
    const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    let stdout = '';
    let exitCode: number | null = null;
    const over = AbortSignal.timeout(timeoutMillis);
    const end = () => {
      over.removeEventListener('abort', late);
      child.stdout.destroy();
      resolve({ exitCode, stdout });
    };
    const late = () => {
      killGroup(child.pid);
      end();
    };
    over.addEventListener('abort', late, { once: true });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < OUTPUT_LIMIT) stdout += text.slice(0, OUTPUT_LIMIT - stdout.length);
    });
    child.once('error', end);
    child.once('exit', (code) => (exitCode = code));
    // A child of the program may keep its output open after it; the time-out ends that wait.
    child.once('close', end);
  });

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
