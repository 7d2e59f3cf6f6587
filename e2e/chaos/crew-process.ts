/** One crew as seen from the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { root } from '../testing/server-process.ts';
import type { DeviceRecord, Look, Orders, Word } from './orders.ts';

type Answer = Look | { readonly records: readonly DeviceRecord[] };

export class CrewProcess {
  readonly #child: ChildProcess;
  readonly #waiting: Array<{ resolve: (answer: Answer) => void; reject: (error: Error) => void }> = [];

  /** @param through command that runs what follows it in the network of the devices */
  constructor(orders: Orders, clock: string, through: readonly string[]) {
    const file = `${orders.folder}.json`;
    writeFileSync(file, JSON.stringify(orders));
    const command = [...through, process.execPath, 'e2e/chaos/crew.ts', file];
    this.#child = spawn(command[0] as string, command.slice(1), {
      cwd: root,
      env: { ...process.env, TUESDAY_CLOCK: clock },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdin?.on('error', () => undefined);
    createInterface({ input: this.#child.stdout as NodeJS.ReadableStream }).on('line', (line) =>
      this.#waiting.shift()?.resolve(JSON.parse(line) as Answer),
    );
    this.#child.once('exit', (code, signal) => {
      for (const { reject } of this.#waiting) reject(new Error(`a crew ended with ${code ?? signal}`));
    });
  }

  async look(): Promise<Look> {
    return (await this.#ask('look')) as Look;
  }

  /** Clocks are right from now on. */
  calm(): void {
    this.#child.stdin?.write('calm\n');
  }

  /** Ends the agents in good order. */
  async stop(): Promise<readonly DeviceRecord[]> {
    return ((await this.#ask('stop')) as { records: readonly DeviceRecord[] }).records;
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }

  #ask(word: Word): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        return reject(new Error('the crew has ended'));
      this.#waiting.push({ resolve, reject });
      this.#child.stdin?.write(`${word}\n`);
    });
  }
}
