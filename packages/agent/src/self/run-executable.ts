/** One agent as a child of the launcher: started, listened to through its exit code, ended with the launcher. */
import { spawn } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import type { Executable } from './launcher.ts';

/** Tells an agent which of its own slots it was started from; absent: it is the packaged one. */
export const SLOT_VARIABLE = 'TUESDAY_AGENT_SLOT';

/** Real milliseconds between asking an agent to end and ending it: it writes its state down. */
const GRACE = 20_000;

/**
 * @param args of the agent
 * @returns the exit code; null when a signal ended it
 * @throws Error when it cannot be started
 */
export async function runExecutable(
  { path, slot }: Executable,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number | null> {
  // The disk port knows bytes, not permissions.
  if (slot !== undefined) await chmod(path, 0o755);
  const { [SLOT_VARIABLE]: _, ...environment } = process.env;
  const child = spawn(path, [...args], {
    stdio: 'inherit',
    env: slot === undefined ? environment : { ...environment, [SLOT_VARIABLE]: slot },
  });
  const ended = new AbortController();
  const end = () => {
    child.kill('SIGTERM');
    const late = AbortSignal.any([ended.signal, AbortSignal.timeout(GRACE)]);
    late.addEventListener('abort', () => !ended.signal.aborted && child.kill('SIGKILL'), { once: true });
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
  } finally {
    ended.abort();
    signal.removeEventListener('abort', end);
  }
}
