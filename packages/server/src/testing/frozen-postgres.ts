/** A PostgreSQL of its own that can be frozen whole: it is there, and does not answer. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../db/embedded-postgres.ts';

export interface FreezablePostgres extends AsyncDisposable {
  readonly url: string;
  /** Stops every process of it, as a machine that swaps or a network that drops everything would. */
  freeze(): void;
  thaw(): void;
}

export async function freezablePostgres(): Promise<FreezablePostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'tuesday-frozen-'));
  // PostgreSQL's own user has to pass through.
  chmodSync(folder, 0o711);
  const server = await startEmbeddedPostgres(folder);
  const { url, pid } = server;
  let frozen: number[] = [];
  const thaw = () => {
    for (const one of frozen) signal(one, 'SIGCONT');
    frozen = [];
  };
  return {
    url,
    freeze() {
      // The parent first, so that no process is added behind our back.
      signal(pid, 'SIGSTOP');
      frozen = [pid, ...childrenOf(pid)];
      for (const one of frozen) signal(one, 'SIGSTOP');
    },
    thaw,
    async [Symbol.asyncDispose]() {
      thaw();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function childrenOf(parent: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, ppid]) => ppid === parent)
    .map(([pid = 0]) => pid);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (cause) {
    // It has ended by itself.
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
  }
}
