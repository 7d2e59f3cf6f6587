/** What the guest is made of, unpacked once for each version: kernel, modules, busybox, and Node with its libraries. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../testing/server-process.ts';
import { debianPackages, unpack } from './debian-guest.ts';
import { makeFileSystem } from './file-system.ts';
import { guestNode } from './guest-node.ts';
import { keepModules } from './kernel-modules.ts';

export interface GuestParts {
  /** Changes when anything in it changes. */
  readonly name: string;
  /** Compressed: that is what slots hold. */
  readonly kernel: string;
  /** Kernel modules side by side; `modules.order` names them, each after those that it needs. */
  readonly modules: string;
  readonly busybox: string;
  /** A file system with Node, mounted read-only by every guest. */
  readonly runtime: string;
}

const PACKAGES = ['linux-image-arm64', 'busybox-static', 'libc6', 'libstdc++6', 'libgcc-s1'] as const;

export const cacheFolder = join(root, '.cache/boot');

/** Slow the first time, with network; quick from then on, without. */
export function guestParts(): GuestParts {
  mkdirSync(cacheFolder, { recursive: true });
  const [kernel = '', busybox = '', ...libraries] = debianPackages(cacheFolder, PACKAGES);
  const node = guestNode(cacheFolder);
  const name = [kernel, busybox, ...libraries, node]
    .map((file) => basename(file).replace(/_arm64.deb|.tgz/, ''))
    .join('+');
  const folder = join(cacheFolder, 'parts');
  const whole = join(folder, 'name');
  if (!existsSync(whole) || readFileSync(whole, 'utf8') !== name) {
    const fresh = join(cacheFolder, `.parts-${process.pid}`);
    rmSync(fresh, { recursive: true, force: true });
    unpackKernel(kernel, fresh);
    unpack(busybox, fresh, ['./bin/busybox']);
    makeRuntime([...libraries], node, fresh);
    writeFileSync(join(fresh, 'name'), name);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  }
  const at = (part: string) => join(folder, part);
  return {
    name,
    kernel: at('kernel.gz'),
    modules: at('modules'),
    busybox: at('bin/busybox'),
    runtime: at('runtime.img'),
  };
}

function unpackKernel(file: string, folder: string): void {
  const tree = join(folder, 'kernel-tree');
  unpack(file, tree, ['./boot/vmlinuz-*', './lib/modules/*.ko']);
  const image = readdirSync(join(tree, 'boot'))[0] ?? '';
  writeFileSync(join(folder, 'kernel.gz'), gzipSync(readFileSync(join(tree, 'boot', image)), { level: 9 }));
  keepModules(join(tree, 'lib/modules'), join(folder, 'modules'));
  rmSync(tree, { recursive: true });
}

function makeRuntime(libraries: readonly string[], node: string, folder: string): void {
  const tree = join(folder, 'runtime');
  for (const library of libraries) unpack(library, tree, ['*.so*']);
  mkdirSync(join(tree, 'bin'), { recursive: true });
  execFileSync('tar', ['-xzf', node, '-C', join(tree, 'bin'), '--strip-components=2', 'package/bin/node']);
  const bytes = Number(execFileSync('du', ['-sb', tree], { encoding: 'utf8' }).split('\t')[0]);
  const megabytes = Math.ceil(bytes / 2 ** 20) + 16;
  makeFileSystem({ tree, file: join(folder, 'runtime.img'), megabytes, type: 'ext2' });
  rmSync(tree, { recursive: true });
}
