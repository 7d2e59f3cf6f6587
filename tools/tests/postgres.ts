/** A PostgreSQL from Debian on loopback for one test run, ended by its process id. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { postgresFolder } from './debian.ts';

export interface DebianPostgres {
  readonly url: string;
  readonly version: string;
  stop(): Promise<void>;
}

export async function startDebianPostgres(): Promise<DebianPostgres> {
  const bin = postgresFolder();
  if (bin === undefined) throw new Error('no PostgreSQL from Debian: apt-get install postgresql');
  const folder = mkdtempSync('/tmp/tuesday-pg-');
  chmodSync(folder, 0o700);
  const who = unprivileged();
  if (who) chownSync(folder, who.uid, who.gid);
  const data = join(folder, 'data');
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'tuesday', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-N'],
    { ...who, cwd: folder, stdio: 'ignore' },
  );
  const port = await freePort();
  // A file, not a pipe: while the tests run nobody would read a pipe, and a server that cannot log stands still.
  const log = join(folder, 'postgres.log');
  const output = openSync(log, 'a');
  const server = spawn(
    join(bin, 'postgres'),
    [
      '-D',
      data,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-k',
      folder,
      '-c',
      'max_connections=200',
      // Tests of durability start their own; here speed counts.
      '-c',
      'fsync=off',
      '-c',
      'synchronous_commit=off',
    ],
    { ...who, cwd: folder, stdio: ['ignore', output, output] },
  );
  closeSync(output);
  await ready(server, log);
  return {
    url: `postgres://tuesday@127.0.0.1:${port}/postgres`,
    version: execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }).trim(),
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root; Debian's package brings the user `postgres`. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
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

async function ready(server: ChildProcess, log: string): Promise<void> {
  for (;;) {
    const said = readFileSync(log, 'utf8');
    if (said.includes('ready to accept connections')) return;
    if (server.exitCode !== null || server.signalCode !== null)
      throw new Error(`PostgreSQL ended with ${server.exitCode ?? server.signalCode}: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
