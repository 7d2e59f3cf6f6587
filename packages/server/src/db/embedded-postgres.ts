/**
 * The database when nobody sets `DATABASE_URL`: a real PostgreSQL, started as a child on a unix socket, with
 * its data in the data folder. Durable like any other: it syncs, and it recovers after a crash.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Clock, wallClock } from '@tuesday/protocol';
import { endOrphan, isRunning, readPidFile } from './postgres-orphan.ts';
import { isReachable, runnableBinaries, type Unprivileged, unprivilegedUser } from './postgres-binaries.ts';

export interface EmbeddedPostgres {
  /** Connection string, over the unix socket. */
  readonly url: string;
  readonly pid: number;
  /** Resolves when the server has ended, asked or not, with whether it was asked to. */
  readonly ended: Promise<{ asked: boolean }>;
  /** Ends sessions, writes a checkpoint, and waits for the end. */
  stop(): Promise<void>;
}

/** Bytes that a unix socket address holds, without its terminating zero. */
const SOCKET_PATH_LIMIT = 107;

const START_LIMIT_MILLIS = 120_000;

/**
 * @param folder the data folder; exists, and is locked by the caller
 * @param settings further `name=value` settings of PostgreSQL
 * @throws Error with the end of PostgreSQL's log when it does not come up
 */
export async function startEmbeddedPostgres(
  folder: string,
  settings: readonly string[] = [],
): Promise<EmbeddedPostgres> {
  const clock = wallClock();
  const who = unprivilegedUser();
  const home = clusterHome(folder, who);
  const bin = runnableBinaries(join(home, 'binaries'), who);
  const data = join(home, 'cluster');
  if (existsSync(join(data, 'PG_VERSION'))) await endOrphan(data, clock);
  else await createCluster(bin, data, who);
  const socket = socketFolder(home, who);
  const log = join(home, 'postgres.log');
  const output = openSync(log, 'w', 0o600);
  const child = spawn(join(bin, 'postgres'), ['-D', data, ...options(socket, settings)], {
    ...who,
    cwd: home,
    // Its own session: a Ctrl-C in the terminal must reach the server first, which then stops it in order.
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  let asked = false;
  const ended = new Promise<{ asked: boolean }>((resolve) => {
    child.once('exit', () => resolve({ asked }));
    child.once('error', () => resolve({ asked }));
  });
  await ready(child, data, log, clock);
  return {
    url: `postgresql://tuesday@${encodeURIComponent(socket)}/postgres`,
    pid: child.pid ?? 0,
    ended,
    async stop() {
      asked = true;
      child.kill('SIGINT');
      await ended;
      rmSync(socket, { recursive: true, force: true });
    },
  };
}

function options(socket: string, settings: readonly string[]): string[] {
  const all = [
    'listen_addresses=',
    `unix_socket_directories=${socket}`,
    'max_connections=200',
    'shared_buffers=128MB',
    'max_wal_size=2GB',
    'wal_compression=on',
    'jit=off',
    // A fleet can grow from nothing to thousands in a minute, and plans follow the statistics.
    'autovacuum_naptime=15s',
    ...settings,
  ];
  return all.flatMap((setting) => ['-c', setting]);
}

/**
 * Where the cluster lives: in the data folder. Where the unprivileged user cannot get there because the way
 * is closed (a clone under /root), a folder in /var/lib whose name the data folder remembers.
 */
function clusterHome(folder: string, who: Unprivileged | undefined): string {
  const real = realpathSync(folder);
  const inside = join(real, 'postgres');
  if (who === undefined) {
    mkdirSync(inside, { recursive: true, mode: 0o700 });
    return inside;
  }
  const { uid, mode } = statSync(real);
  // Passing through shows nothing: the secrets in the folder are closed themselves.
  if (uid === process.getuid?.() && (mode & 0o1) === 0) chmodSync(real, (mode & 0o777) | 0o11);
  const home = isReachable(inside, who) ? inside : rememberedHome(join(real, 'postgres.path'));
  mkdirSync(home, { recursive: true, mode: 0o711 });
  chownSync(home, who.uid, who.gid);
  return home;
}

function rememberedHome(file: string): string {
  if (!existsSync(file)) writeFileSync(file, join('/var/lib/tuesday', randomBytes(8).toString('hex')));
  return readFileSync(file, 'utf8').trim();
}

async function createCluster(bin: string, data: string, who: Unprivileged | undefined): Promise<void> {
  const half = `${data}.half`;
  rmSync(half, { recursive: true, force: true });
  const flags = ['-D', half, '-U', 'tuesday', '-A', 'trust', '-E', 'UTF8', '--no-locale'];
  const run = promisify(execFile);
  await run(join(bin, 'initdb'), flags, { ...who, cwd: join(data, '..') });
  renameSync(half, data);
}

/** A short, stable folder that only the database user (and root) can enter. */
function socketFolder(home: string, who: Unprivileged | undefined): string {
  const name = `tuesday-${digest(home)}`;
  const fits = (folder: string) =>
    Buffer.byteLength(join(folder, name, '.s.PGSQL.5432')) <= SOCKET_PATH_LIMIT &&
    isReachable(join(folder, name), who);
  const folder = join([tmpdir(), '/tmp'].find(fits) ?? '/tmp', name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const owner = who?.uid ?? process.getuid?.();
  const found = lstatSync(folder);
  if (!found.isDirectory() || (found.uid !== owner && found.uid !== process.getuid?.()))
    throw new Error(`${folder} belongs to somebody else; remove it`);
  chmodSync(folder, 0o700);
  if (who) chownSync(folder, who.uid, who.gid);
  return folder;
}

async function ready(child: ChildProcess, data: string, log: string, clock: Clock): Promise<void> {
  let broken: Error | undefined;
  child.once('error', (error) => (broken = error));
  for (let waited = 0; waited < START_LIMIT_MILLIS; waited += 20) {
    const file = readPidFile(data);
    if (file?.pid === child.pid && file?.status === 'ready') return;
    if (broken || child.exitCode !== null || child.signalCode !== null) break;
    await clock.sleep(20);
  }
  if (child.pid !== undefined && isRunning(child.pid)) child.kill('SIGQUIT');
  const lines = readFileSync(log, 'utf8').trim().split('\n').slice(-5).join('\n');
  throw new Error(`PostgreSQL did not start; the end of ${log}:\n${lines}`, { cause: broken });
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
