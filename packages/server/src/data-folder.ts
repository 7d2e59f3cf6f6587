/** The data folder: held by one server at a time, with the secrets that the first run makes. */
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isRunning } from './db/postgres-orphan.ts';

export interface DataFolder {
  /** Without symbolic links. */
  readonly path: string;
  /** Lets other servers in. The end of the process does too, however it ends. */
  release(): Promise<void>;
}

/**
 * Makes the folder if it is missing and locks it.
 *
 * @returns one line for the person when another server holds it
 */
export async function holdDataFolder(folder: string): Promise<DataFolder | { problem: string }> {
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const path = realpathSync(folder);
  const release = process.platform === 'linux' ? await lockByName(path) : lockByPidFile(path);
  if (release === undefined)
    return { problem: `${path} is in use by another server; stop it, or give --data` };
  return { path, release };
}

/** An abstract socket: the kernel frees the name when the process ends, so no lock is ever left behind. */
async function lockByName(path: string): Promise<(() => Promise<void>) | undefined> {
  const name = `\0tuesday-${createHash('sha256').update(path).digest('hex')}`;
  const server = createServer((socket) => socket.destroy());
  const held = await new Promise<boolean>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen(name, () => resolve(true));
  });
  if (!held) return undefined;
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

function lockByPidFile(path: string): (() => Promise<void>) | undefined {
  const file = join(path, 'server.pid');
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return async () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(readFileSync(file, 'utf8'));
    if (holder !== process.pid && isRunning(holder)) return undefined;
    rmSync(file, { force: true });
  }
}

/**
 * A random key of this installation, made once, readable by its owner only.
 *
 * @param name of the file in the data folder
 * @returns 32 bytes
 */
export function installationKey(folder: string, name: string): Buffer {
  const file = join(folder, name);
  if (!existsSync(file)) writeSecret(file, randomBytes(32).toString('base64url'));
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
  if (key.length !== 32) throw new Error(`${file} does not hold a key of 32 bytes`);
  return key;
}

/** Whole or not at all, and never readable by others. */
export function writeSecret(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}
