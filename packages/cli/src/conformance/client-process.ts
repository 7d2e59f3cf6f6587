/**
 * The client under test: a command in a process group of its own, started again whenever it ends. That is how it
 * reboots, and what a power cut does. Everything that is started is ended by its process id, on every path.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { wallClock } from '@tuesday/protocol';

export interface ClientOptions {
  /** For `/bin/sh -c`. */
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What it prints is appended here. */
  readonly logFile: string;
  /** It was started, or it ended. */
  readonly onChange: () => void;
}

/** Real milliseconds between an end and the next start. */
const BETWEEN = 200;

/** Groups that are alive, for the end of this process itself. */
const groups = new Set<number>();
let guarding = false;

function guard(): void {
  if (guarding) return;
  guarding = true;
  const endAll = () => {
    for (const group of groups) end(group);
  };
  process.on('exit', endAll);
  // A signal that nobody hears ends this process without `exit`.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      endAll();
      process.exit(130);
    });
  }
}

function end(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

export class ClientProcess {
  readonly #options: ClientOptions;
  #child: ChildProcess | undefined;
  #closed: Promise<void> = Promise.resolve();
  #wanted = false;
  /** How often it was started. */
  starts = 0;
  /** Exit code or signal of each end that was its own. */
  readonly ends: string[] = [];

  constructor(options: ClientOptions) {
    this.#options = options;
    guard();
  }

  start(): void {
    this.#wanted = true;
    this.#spawn();
  }

  /** Ends the whole group at once; it is started again as after any end. */
  async powerCut(): Promise<void> {
    const closed = this.#closed;
    const group = this.#child?.pid;
    this.#child = undefined;
    if (group !== undefined) end(group);
    await closed;
    if (this.#wanted && this.#child === undefined) this.#spawn();
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#wanted = false;
    const group = this.#child?.pid;
    this.#child = undefined;
    if (group !== undefined) end(group);
    await this.#closed;
  }

  #spawn(): void {
    const { command, environment, logFile, onChange } = this.#options;
    const log = openSync(logFile, 'a');
    const child = spawn('/bin/sh', ['-c', command], {
      detached: true,
      env: { ...process.env, ...environment },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const group = child.pid;
    if (group !== undefined) groups.add(group);
    this.#child = child;
    this.starts += 1;
    this.#closed = new Promise((resolve) => {
      const over = (how: string) => {
        // What it left behind in its group ends with it.
        if (group !== undefined) end(group);
        if (group !== undefined) groups.delete(group);
        resolve();
        if (this.#child === child) void this.#again(how);
      };
      child.once('error', (error) => over(error.message));
      child.once('exit', (code, signal) => over(String(code ?? signal)));
    });
    onChange();
  }

  async #again(how: string): Promise<void> {
    this.#child = undefined;
    this.ends.push(how);
    this.#options.onChange();
    await wallClock().sleep(BETWEEN);
    if (this.#wanted && this.#child === undefined) this.#spawn();
  }
}
