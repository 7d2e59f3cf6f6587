/** The real server as a process that a test may kill, always on the same folder and port. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { operatorClient, type OperatorClient } from '@tuesday/protocol';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** Another network than the test's own. */
export interface Place {
  /** Command that runs what follows it there. */
  readonly through: readonly string[];
  readonly address: string;
}

export class ServerProcess {
  readonly folder: string;
  readonly data: string;
  readonly port: number;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #place: Place | undefined;
  #child: ChildProcess | undefined;

  private constructor(
    folder: string,
    port: number,
    clock: string,
    more: NodeJS.ProcessEnv,
    place: Place | undefined,
  ) {
    this.#place = place;
    this.folder = folder;
    this.data = join(folder, 'data');
    this.port = port;
    this.#environment = {
      ...process.env,
      TUESDAY_DATA: this.data,
      TUESDAY_PORT: String(port),
      TUESDAY_CLOCK: clock,
      ...more,
      ...(place === undefined ? {} : { TUESDAY_HOST: '0.0.0.0' }),
    };
    mkdirSync(this.data);
  }

  /**
   * @param more settings beside folder, port and clock, as environment variables
   * @param place where it runs, and is reached from here; on this machine's loopback by default
   */
  static async make(clock: string, more: NodeJS.ProcessEnv = {}, place?: Place): Promise<ServerProcess> {
    const folder = mkdtempSync('/tmp/tuesday-e2e-');
    // An unprivileged PostgreSQL has to pass through.
    chmodSync(folder, 0o711);
    return new ServerProcess(folder, await freePort(), clock, more, place);
  }

  /** The next start shows this time. */
  set clock(setting: string) {
    this.#environment['TUESDAY_CLOCK'] = setting;
  }

  get url(): string {
    return `http://${this.#place?.address ?? '127.0.0.1'}:${this.port}`;
  }

  /** @throws Error when the server ends before it is ready */
  async start(): Promise<void> {
    const command = [...(this.#place?.through ?? []), process.execPath, 'packages/server/src/main.ts'];
    const child = spawn(command[0] as string, command.slice(1), {
      cwd: root,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)));
      createInterface({ input: child.stdout }).on(
        'line',
        (line) => line.includes('"ready":true') && resolve(),
      );
    });
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  async remove(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  secret(file: 'operator.json' | 'fleet.json', key: string): string {
    const kept = JSON.parse(readFileSync(join(this.data, file), 'utf8')) as Record<string, string>;
    return kept[key] ?? '';
  }

  get operator(): OperatorClient {
    return operatorClient(this.url, this.secret('operator.json', 'token'), fetch);
  }

  /** The real command line, against this server. */
  async tuesday(...args: string[]): Promise<string> {
    const environment = {
      ...process.env,
      TUESDAY_SERVER: this.url,
      TUESDAY_TOKEN: this.secret('operator.json', 'token'),
      TUESDAY_PASSPHRASE: 'only for this test',
    };
    const { stdout } = await run(process.execPath, [join(root, 'packages/cli/bin/tuesday.mjs'), ...args], {
      cwd: this.folder,
      env: environment,
    });
    return stdout;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
