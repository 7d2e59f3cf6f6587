/** The one-file agent as a service: started by its launcher, which somebody starts again whenever it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { wallClock } from '@tuesday/protocol';

export interface Line {
  readonly event: string;
  readonly [fact: string]: unknown;
}

/** Real milliseconds until a launcher that ended is started again. */
const RESTART = 300;

export class AgentService {
  /** What launchers and agents said, oldest first. */
  readonly lines: Line[] = [];
  readonly #executable: string;
  readonly #config: string;
  readonly #clock: string;
  #launcher: ChildProcess | undefined;
  #stopping = false;
  #running: Promise<void> | undefined;

  constructor(executable: string, config: string, clock: string) {
    this.#executable = executable;
    this.#config = config;
    this.#clock = clock;
  }

  start(): void {
    this.#running = this.#keepRunning();
  }

  /** Starts of agents so far. */
  get starts(): number {
    return this.lines.filter(({ event }) => event === 'launch').length;
  }

  /** Agents so far that got as far as looking after themselves. */
  get boots(): number {
    return this.lines.filter(({ event }) => event === 'self-boot').length;
  }

  /** Starts of executables on trial so far. */
  get trials(): number {
    return this.lines.filter(({ event, onTrial }) => event === 'launch' && onTrial === true).length;
  }

  /** As `kill -9`. Nothing happens while there is none. */
  kill(what: 'launcher' | 'agent'): void {
    const pid = what === 'launcher' ? this.#launcher?.pid : this.agent;
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }

  /** Process id of the agent: a child of the launcher. */
  get agent(): number | undefined {
    const { pid } = this.#launcher ?? {};
    return pid === undefined ? undefined : childrenOf(pid).find(isAgent);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#launcher?.kill('SIGTERM');
    await this.#running;
  }

  async #keepRunning(): Promise<void> {
    while (!this.#stopping) {
      const launcher = spawn(this.#executable, ['launch', '--config', this.#config], {
        env: { ...process.env, TUESDAY_CLOCK: this.#clock },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      this.#launcher = launcher;
      const ended = new Promise((resolve) => launcher.once('exit', resolve));
      createInterface({ input: launcher.stdout }).on('line', (line) => this.#hear(line));
      await ended;
      if (!this.#stopping) await wallClock().sleep(RESTART);
    }
  }

  #hear(text: string): void {
    if (process.env['TUESDAY_SHOW_AGENTS']) process.stderr.write(`${text}\n`);
    this.lines.push(JSON.parse(text) as Line);
  }
}

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

/** Not what waits beside it. */
function isAgent(pid: number): boolean {
  return read(`/proc/${pid}/cmdline`).split('\0')[1] === 'run';
}

/** @returns nothing for a process that has ended */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
