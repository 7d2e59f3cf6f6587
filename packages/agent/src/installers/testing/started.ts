/** Programs that a test starts, and ends by their process ids. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export class Started {
  readonly #child: ChildProcess;

  /** @param log file that gets what the program says */
  constructor(command: readonly string[], log: string, environment: Readonly<Record<string, string>> = {}) {
    const out = openSync(log, 'a');
    const [program, ...args] = command;
    this.#child = spawn(program ?? '', args, {
      stdio: ['ignore', out, out],
      env: { ...process.env, ...environment },
    });
  }

  get over(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.over) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill(signal);
    await gone;
  }
}

/** Looks again and again; whoever waits in vain is ended by the time limit of the test. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(10);
}
