/** The real agent as a process, in whatever network the test puts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeBundle, provision } from '@tuesday/agent';
import type { TargetCustom } from '@tuesday/protocol';
import { root } from './server-process.ts';

export interface Line {
  readonly event: string;
  readonly [fact: string]: unknown;
}

export interface AgentSetup {
  /** Holds the device's folder and its configuration. */
  readonly folder: string;
  readonly device: string;
  readonly hardware: string;
  readonly server: string;
  readonly rootJson: string;
  readonly clock: string;
  /** Sections of the configuration. */
  readonly more: object;
  /** What it leaves the factory with. */
  readonly version: string;
  /** Source of its firmware. */
  readonly firmware: string;
  /** Given: it was enrolled before, with this token. */
  readonly token?: string;
  readonly fleetKey?: string;
  /** Command that runs what follows it in another network. */
  readonly through?: readonly string[];
}

export const HEALTHY = `console.log('{"mqtt":"connected"}'); process.stdin.on('end', () => process.exit(0)).resume();`;
export const DEAD = `console.log('{"error":"0x45"}'); process.exit(69);`;

export class AgentProcess {
  readonly lines: Line[] = [];
  readonly #setup: AgentSetup;
  readonly #configFile: string;
  readonly #waiting = new Set<() => void>();
  #child: ChildProcess | undefined;

  private constructor(setup: AgentSetup, configFile: string) {
    this.#setup = setup;
    this.#configFile = configFile;
  }

  static async make(setup: AgentSetup): Promise<AgentProcess> {
    const { folder, device, hardware, server, version, firmware } = setup;
    const home = join(folder, device);
    mkdirSync(home, { recursive: true });
    const facts: TargetCustom = { tuesday: 1, version, hardware, securityVersion: 0 };
    await provision(home, facts, makeBundle({ version, hardware }, firmware));
    if (setup.token !== undefined) {
      writeFileSync(join(home, 'identity.json'), JSON.stringify({ device, token: setup.token }));
    }
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, `${device}.${name}`), text);
      return join(folder, `${device}.${name}`);
    };
    const config = {
      folder: home,
      server,
      device,
      hardware,
      rootFile: file('root.json', setup.rootJson),
      ...(setup.fleetKey === undefined ? {} : { fleetKeyFile: file('key', setup.fleetKey) }),
      ...setup.more,
    };
    return new AgentProcess(setup, file('agent.json', JSON.stringify(config)));
  }

  get home(): string {
    return join(this.#setup.folder, this.#setup.device);
  }

  start(...flags: string[]): void {
    const { through = [], clock } = this.#setup;
    const agent = ['packages/agent/src/run/main.ts', '--config', this.#configFile, ...flags];
    const command = [...through, process.execPath, ...agent];
    const child = spawn(command[0] as string, command.slice(1), {
      cwd: root,
      env: { ...process.env, TUESDAY_CLOCK: clock },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (process.env['TUESDAY_SHOW_AGENTS']) process.stderr.write(`${this.#setup.device} ${line}\n`);
      this.lines.push(JSON.parse(line) as Line);
      for (const look of this.#waiting) look();
    });
  }

  /** The first line for which this holds, past or future. */
  line(holds: (line: Line) => boolean): Promise<Line> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.lines.find(holds);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  said(event: string, facts: Record<string, unknown> = {}): Promise<Line> {
    return this.line(
      (line) => line.event === event && Object.entries(facts).every(([name, value]) => line[name] === value),
    );
  }

  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }
}
