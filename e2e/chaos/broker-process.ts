/** A real mosquitto, always on the same port, that a test may kill. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MOSQUITTO = '/usr/sbin/mosquitto';

export class BrokerProcess {
  readonly url: string;
  readonly #command: readonly string[];
  #child: ChildProcess | undefined;

  /** @throws Error in one line when there is no mosquitto */
  constructor(folder: string, address: string, port: number, through: readonly string[]) {
    if (!existsSync(MOSQUITTO)) throw new Error('This test needs mosquitto: apt-get install mosquitto');
    const file = join(folder, 'mosquitto.conf');
    writeFileSync(file, `listener ${port} 0.0.0.0\nallow_anonymous true\n`);
    this.url = `mqtt://${address}:${port}`;
    this.#command = [...through, MOSQUITTO, '-v', '-c', file];
  }

  async start(): Promise<void> {
    const child = spawn(this.#command[0] as string, this.#command.slice(1), {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`mosquitto ended with ${code}`)));
      child.stderr.on('data', (data: Buffer) => data.toString().includes('running') && resolve());
    });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
}
