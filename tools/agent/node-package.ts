/** Node's executable for a machine of either kind: from the lockfile's package, whatever npm installed here. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../files.ts';

export type Machine = 'x64' | 'arm64';

/**
 * @param folder keeps packages between runs
 * @returns the package file, whose digest is that of the lockfile
 * @throws Error when the registry gives something else
 */
export function nodePackage(machine: Machine, folder: string): string {
  const name = `node-linux-${machine}`;
  const { version, integrity } = locked(name);
  const file = join(folder, `${name}-${version}.tgz`);
  if (existsSync(file) && digestOf(file) === integrity) return file;
  const into = join(folder, `.${name}-${process.pid}`);
  mkdirSync(into, { recursive: true });
  execFileSync('npm', ['pack', '--silent', '--pack-destination', into, `${name}@${version}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const fresh = join(into, `${name}-${version}.tgz`);
  const digest = digestOf(fresh);
  if (digest !== integrity)
    throw new Error(`${name}@${version} has ${digest}, package-lock.json says ${integrity}`);
  renameSync(fresh, file);
  rmSync(into, { recursive: true });
  return file;
}

/** @returns the executable, unpacked beside its package */
export function nodeExecutable(machine: Machine, folder: string): string {
  const archive = nodePackage(machine, folder);
  const unpacked = archive.replace(/\.tgz$/, '');
  const executable = join(unpacked, 'package/bin/node');
  if (existsSync(executable)) return executable;
  const fresh = `${unpacked}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  execFileSync('tar', ['-xzf', archive, '-C', fresh, 'package/bin/node']);
  rmSync(unpacked, { recursive: true, force: true });
  renameSync(fresh, unpacked);
  return executable;
}

function locked(name: string): { version: string; integrity: string } {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; integrity: string } | undefined>;
  };
  const found = lock.packages[`node_modules/${name}`];
  if (found === undefined) throw new Error(`package-lock.json has no ${name}`);
  return found;
}

function digestOf(file: string): string {
  return `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
}
