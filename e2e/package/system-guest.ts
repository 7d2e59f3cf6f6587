/** A machine with systemd inside of this one, for what a package does to a machine. It leaves nothing behind. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { wallClock } from '@tuesday/protocol';
import { root } from '../testing/server-process.ts';

export interface Answer {
  /** Exit code. */
  readonly code: number;
  /** Standard output and standard error, one after the other. */
  readonly said: string;
}

export class SystemGuest {
  readonly #folder = mkdtempSync('/tmp/tuesday-guest-');
  readonly #name = `tuesday-guest-${process.pid}`;
  #child: ChildProcess | undefined;

  /** @throws Error in one line on a machine without root or systemd, or when the guest does not come up */
  async start(): Promise<void> {
    if (process.getuid?.() !== 0) throw new Error('This test boots a systemd in namespaces: run it as root.');
    const boot = ['sh', join(root, 'e2e/package/boot-guest.sh'), this.#folder, this.#name];
    // It ends with us, however we end.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', '--mount', ...boot], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    this.#child = child;
    const ended = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`the guest ended with ${code}`)));
    });
    ended.catch(() => undefined);
    await Promise.race([this.#isUp(), ended]);
  }

  async #isUp(): Promise<void> {
    while (
      this.#init === undefined ||
      !/running|degraded/.test(this.run('systemctl', 'is-system-running').said)
    )
      await wallClock().sleep(100);
  }

  run(...command: string[]): Answer {
    return this.#enter(command);
  }

  /**
   * @returns what it printed
   * @throws Error when it ends with anything but 0
   */
  do(...command: string[]): string {
    const { code, said } = this.#enter(command);
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${said}`);
    return said.trim();
  }

  write(file: string, bytes: string | Buffer): void {
    const { code, said } = this.#enter(['sh', '-c', 'cat >"$0"', file], bytes);
    if (code !== 0) throw new Error(`${file}: ${said}`);
  }

  async remove(): Promise<void> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
    await this.#removeGroups();
    rmSync(this.#folder, { recursive: true });
  }

  /** Its control groups are the one thing that outlives it. Processes that were killed are gone a little later. */
  async #removeGroups(): Promise<void> {
    const script =
      'mount -t cgroup2 cgroup2 "$0" && { [ ! -d "$0/$1" ] || find "$0/$1" -depth -type d -delete; }';
    for (let tries = 0; tries < 100; tries++) {
      const args = ['--mount', 'sh', '-c', script, this.#folder, this.#name];
      if (spawnSync('unshare', args, { stdio: 'ignore' }).status === 0) return;
      await wallClock().sleep(100);
    }
    throw new Error(`the control groups of ${this.#name} could not be removed`);
  }

  /** The guest's first process, as seen from here. */
  get #init(): string | undefined {
    const pid = this.#child?.pid;
    if (pid === undefined) return undefined;
    try {
      return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0] || undefined;
    } catch {
      return undefined;
    }
  }

  #enter(command: readonly string[], input: string | Buffer = ''): Answer {
    const into = ['--target', this.#init ?? '', '--mount', '--pid', '--uts', '--ipc', '--cgroup', '--'];
    const { status, stdout, stderr } = spawnSync('nsenter', [...into, ...command], {
      input,
      encoding: 'utf8',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
      maxBuffer: 64 * 1_048_576,
    });
    return { code: status ?? -1, said: `${stdout}${stderr}` };
  }
}
