/** One device of a cell: the firmware's process behind a network of its own, and what it told. */
import { mkdir } from 'node:fs/promises';
import { type Guarded, startGuarded } from '../processes/guard.ts';
import { eachLine } from '../processes/lines.ts';
import { type Relay, startRelay } from './relay.ts';

export interface DeviceSetting {
  readonly name: string;
  /** Run by `/bin/sh` in the device's folder. */
  readonly command: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly broker: { host: string; port: number };
  readonly log: (who: string, line: string) => void;
  readonly started: (mark: string) => void;
}

export interface Device {
  readonly name: string;
  readonly relay: Relay;
  readonly mark: string;
  /** Error codes that it printed, as `{"error":"0x45"}`. */
  readonly errors: readonly string[];
  /** The exit code; undefined while it lives. */
  readonly code: number | undefined;
  /** As the broker sees it; by its own word where the connection cannot be read. */
  readonly connected: boolean;
  stop(): Promise<void>;
}

export async function startDevice(setting: DeviceSetting): Promise<Device> {
  const { name, folder, log } = setting;
  await mkdir(folder, { recursive: true });
  const relay = await startRelay(setting.broker);
  const env = {
    ...setting.env,
    BROKER_HOST: '127.0.0.1',
    BROKER_PORT: String(relay.port),
    DEVICE: name,
    DATA_DIR: folder,
  };
  const running = startGuarded({ argv: ['/bin/sh', '-c', setting.command], env, cwd: folder });
  setting.started(running.mark);
  const facts = new Facts();
  eachLine(running.output, (line) => {
    log(name, line);
    facts.take(line);
  });
  eachLine(running.errors, (line) => log(name, line));
  return new RunningDevice(name, relay, running, facts, log);
}

/** What a device says of itself: lines of JSON; everything else is only for the log. */
class Facts {
  readonly errors: string[] = [];
  connected: boolean | undefined;

  take(line: string): void {
    if (!line.startsWith('{')) return;
    try {
      const fact = JSON.parse(line) as { mqtt?: unknown; error?: unknown };
      if (fact.mqtt === 'connected' || fact.mqtt === 'lost') this.connected = fact.mqtt === 'connected';
      if (typeof fact.error === 'string' && this.errors.length < 100)
        this.errors.push(fact.error.slice(0, 32));
    } catch {
      // A line that begins like JSON and is none.
    }
  }
}

class RunningDevice implements Device {
  readonly name: string;
  readonly relay: Relay;
  readonly mark: string;
  code: number | undefined;
  readonly #running: Guarded;
  readonly #facts: Facts;

  constructor(
    name: string,
    relay: Relay,
    running: Guarded,
    facts: Facts,
    log: (who: string, line: string) => void,
  ) {
    this.name = name;
    this.relay = relay;
    this.mark = running.mark;
    this.#running = running;
    this.#facts = facts;
    void running.ended.then((code) => {
      this.code = code;
      log(name, `ended with ${code}`);
    });
  }

  get errors(): readonly string[] {
    return this.#facts.errors;
  }

  get connected(): boolean {
    if (this.code !== undefined) return false;
    const readable = this.relay.links.some((link) => link.answer !== undefined);
    return readable ? this.relay.connected : this.#facts.connected === true;
  }

  async stop(): Promise<void> {
    await this.#running.kill();
    await this.relay.stop();
  }
}
