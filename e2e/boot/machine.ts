/** One emulated machine: started, listened to on its serial line, its plug pulled. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Flash } from './flash.ts';

export interface MachineOptions {
  readonly flash: Flash;
  /** The device's own disk. */
  readonly disk: string;
  /** Read-only, may be shared by many machines. */
  readonly runtime: string;
  /** Everything that comes out of the serial line, appended. */
  readonly serialLog: string;
}

/** Emulation only: /dev/kvm may be there and hang all the same. */
const BOARD =
  '-accel tcg,thread=multi -M virt -cpu cortex-a53 -m 512 -nodefaults -no-user-config -display none -serial stdio ' +
  '-netdev user,id=net -device virtio-net-pci,netdev=net,romfile=,addr=3 -device i6300esb,addr=4 -action watchdog=reset';

export class Machine {
  readonly #options: MachineOptions;
  #child: ChildProcess | undefined;
  #log: WriteStream | undefined;
  #said = '';
  readonly #listeners = new Set<() => void>();

  constructor(options: MachineOptions) {
    this.#options = options;
  }

  /** Everything that was said since it was made, colours and carriage returns left out. */
  get said(): string {
    return this.#said;
  }

  get serialLog(): string {
    return this.#options.serialLog;
  }

  get on(): boolean {
    return this.#child !== undefined;
  }

  powerOn(): void {
    if (this.on) throw new Error('the machine is on already');
    this.#log = createWriteStream(this.#options.serialLog, { flags: 'a' });
    // The kernel ends the machine when whoever started it dies, however that comes.
    const command = ['--pdeathsig', 'KILL', 'qemu-system-aarch64', ...BOARD.split(' '), ...this.#drives()];
    const child = spawn('setpriv', command, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    child.once('error', (error) => this.#hear(`\nQEMU: ${error.message}\n`));
    child.once('close', (code, signal) => {
      this.#hear(`\nQEMU ended with ${code ?? signal}\n`);
      this.#log?.end();
      this.#child = undefined;
      this.#wake();
    });
  }

  /** As pulling the plug: nothing in the machine gets a word in. */
  async pullThePlug(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /**
   * Resolves when the serial line has said this, `times` times since the machine was made.
   *
   * @throws Error when the machine ends first
   */
  async says(pattern: RegExp, times = 1): Promise<void> {
    const every = new RegExp(pattern.source, 'g');
    while ((this.#said.match(every)?.length ?? 0) < times) {
      if (!this.on)
        throw new Error(`the machine ended before it said ${pattern}:\n${this.#said.slice(-4_000)}`);
      await new Promise<void>((resolve) => this.#listeners.add(resolve));
    }
  }

  #drives(): string[] {
    const { flash, disk, runtime } = this.#options;
    const drive = (id: string, rest: string) => ['-drive', `if=none,id=${id},format=raw,${rest}`];
    const virtio = (id: string, at: number) => [
      '-device',
      `virtio-blk-pci,drive=${id},serial=${id},addr=${at}`,
    ];
    return [
      ...[flash.boot, flash.environment].flatMap((file) => [
        '-drive',
        `if=pflash,format=raw,readonly=on,file=${file}`,
      ]),
      ...drive('device', `cache=unsafe,file=${disk}`),
      ...virtio('device', 1),
      ...drive('runtime', `readonly=on,file=${runtime}`),
      ...virtio('runtime', 2),
    ];
  }

  #hear(text: string): void {
    this.#log?.write(text);
    // Terminal control, which U-Boot likes.
    // oxlint-disable-next-line no-control-regex
    this.#said += text.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]|\r/g, '');
    this.#wake();
  }

  #wake(): void {
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}
