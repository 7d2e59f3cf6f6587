/** An emulated arm64 machine with a Debian kernel, C library, and the one-file agent. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFileSystem } from '../boot/file-system.ts';
import { type GuestParts, guestParts } from '../boot/guest-parts.ts';

/** Emulation only, as in `e2e/boot/machine.ts`. */
const BOARD =
  '-accel tcg,thread=multi -M virt -cpu cortex-a53 -m 512 -nodefaults -no-user-config -display none -serial stdio ' +
  '-no-reboot -netdev user,id=net -device virtio-net-pci,netdev=net,romfile=';

/** Libraries and their loader come from the runtime's disk. */
const LINKS = ['lib/ld-linux-aarch64.so.1', 'lib/aarch64-linux-gnu', 'usr/lib/aarch64-linux-gnu'];

export interface Arm64Options {
  /** For its disks. */
  readonly folder: string;
  readonly executable: string;
  /** Files that lie beside the executable, on `/device`. */
  readonly files: Readonly<Record<string, string | Buffer>>;
}

export class Arm64Machine {
  readonly #child: ChildProcess;
  readonly #listeners = new Set<() => void>();
  #said = '';
  #on = true;

  constructor({ folder, executable, files }: Arm64Options) {
    const parts = guestParts();
    const initrd = join(folder, 'initrd');
    writeFileSync(initrd, initialRamDisk(join(folder, 'root'), parts));
    const disk = deviceDisk(folder, executable, files);
    const drive = (id: string, rest: string) => [
      '-drive',
      `if=none,id=${id},format=raw,${rest}`,
      '-device',
      `virtio-blk-pci,drive=${id},serial=${id}`,
    ];
    const boot = ['-kernel', parts.kernel, '-initrd', initrd, '-append', 'console=ttyAMA0 quiet panic=-1'];
    const disks = [
      ...drive('runtime', `readonly=on,file=${parts.runtime}`),
      ...drive('device', `cache=unsafe,file=${disk}`),
    ];
    const command = ['qemu-system-aarch64', ...BOARD.split(' '), ...boot, ...disks];
    this.#child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    this.#child.once('close', (code) => {
      this.#on = false;
      this.#hear(`\nQEMU ended with ${code}\n`);
    });
  }

  /**
   * The first words that match, said or yet to be said.
   *
   * @throws Error when the machine ends first
   */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#said);
      if (found !== null) return found;
      if (!this.#on) throw new Error(`the machine ended before it said ${pattern}:\n${this.#said}`);
      await new Promise<void>((resolve) => this.#listeners.add(resolve));
    }
  }

  async remove(): Promise<void> {
    if (!this.#on) return;
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }

  #hear(text: string): void {
    if (process.env['TUESDAY_SHOW_AGENTS']) process.stderr.write(text);
    this.#said += text.replaceAll('\r', '');
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}

function initialRamDisk(tree: string, parts: GuestParts): Buffer {
  for (const folder of ['bin', 'lib', 'usr/lib']) mkdirSync(join(tree, folder), { recursive: true });
  copyFileSync(join(import.meta.dirname, 'arm64-init.sh'), join(tree, 'init'));
  copyFileSync(parts.busybox, join(tree, 'bin/busybox'));
  for (const program of ['init', 'bin/busybox']) chmodSync(join(tree, program), 0o755);
  cpSync(parts.modules, join(tree, 'lib/modules'), { recursive: true });
  for (const link of LINKS) symlinkSync(`/runtime/${link}`, join(tree, link));
  return execFileSync('bash', ['-c', 'find . | sort | cpio -o -H newc --quiet -R 0:0'], {
    cwd: tree,
    maxBuffer: 2 ** 28,
  });
}

function deviceDisk(folder: string, executable: string, files: Arm64Options['files']): string {
  const tree = join(folder, 'device');
  mkdirSync(tree);
  copyFileSync(executable, join(tree, 'tuesday-agent'));
  chmodSync(join(tree, 'tuesday-agent'), 0o755);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(tree, name), bytes);
  const file = join(folder, 'device.img');
  makeFileSystem({ tree, file, megabytes: 256, type: 'ext4' });
  return file;
}
