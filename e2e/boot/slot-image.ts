/** What a slot holds: a file system with kernel and initial RAM disk, which carries the agent and the firmware. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { GuestParts } from './guest-parts.ts';
import { makeFileSystem } from './file-system.ts';

/** What the firmware of a release does once it runs; `guest/firmware` is all of them. */
export type Behaviour = 'healthy' | 'crash' | 'panic' | 'hang';

export interface SlotImageOptions {
  readonly parts: GuestParts;
  /** The agent in one file (`tools/agent/bundle.ts`). */
  readonly agent: string;
  readonly version: string;
  readonly behaviour: Behaviour;
}

const guest = join(import.meta.dirname, 'guest');

/** Libraries and their loader come from the runtime's disk, at the places where programs look for them. */
const LINKS = ['lib/ld-linux-aarch64.so.1', 'lib/aarch64-linux-gnu', 'usr/lib/aarch64-linux-gnu'];

/** @param file where the image goes; a folder of the same name beside it is used meanwhile */
export function makeSlotImage(file: string, options: SlotImageOptions): void {
  const work = `${file}.work`;
  const slot = join(work, 'slot');
  mkdirSync(slot, { recursive: true });
  copyFileSync(options.parts.kernel, join(slot, 'kernel.gz'));
  writeFileSync(join(slot, 'initrd'), initialRamDisk(join(work, 'root'), options));
  const bytes = ['kernel.gz', 'initrd'].reduce((sum, name) => sum + statSync(join(slot, name)).size, 0);
  // U-Boot reads ext2 with the least trouble, and nothing ever writes it.
  makeFileSystem({ tree: slot, file, megabytes: Math.ceil(bytes / 2 ** 20) + 1, type: 'ext2' });
  rmSync(work, { recursive: true });
}

function initialRamDisk(tree: string, { parts, agent, version, behaviour }: SlotImageOptions): Buffer {
  for (const folder of ['bin', 'etc', 'lib', 'usr/lib/tuesday', 'usr/lib/thermostat'])
    mkdirSync(join(tree, folder), { recursive: true });
  copyFileSync(join(guest, 'init'), join(tree, 'init'));
  copyFileSync(parts.busybox, join(tree, 'bin/busybox'));
  cpSync(parts.modules, join(tree, 'lib/modules'), { recursive: true });
  for (const link of LINKS) symlinkSync(`/runtime/${link}`, join(tree, link));
  symlinkSync('/runtime/bin/node', join(tree, 'bin/node'));
  copyFileSync(agent, join(tree, 'usr/lib/tuesday/agent.cjs'));
  for (const program of ['firmware', 'keep-compiled.mjs', 'restart'])
    copyFileSync(join(guest, program), join(tree, 'usr/lib/thermostat', program));
  const thermostat = 'usr/lib/thermostat';
  for (const program of ['init', 'bin/busybox', `${thermostat}/restart`, `${thermostat}/firmware`])
    chmodSync(join(tree, program), 0o755);
  writeFileSync(join(tree, 'etc/release'), `${version}\n`);
  writeFileSync(join(tree, 'etc/behaviour'), `${behaviour}\n`);
  const archive = execFileSync('bash', ['-c', 'find . | sort | cpio -o -H newc --quiet -R 0:0'], {
    cwd: tree,
    maxBuffer: 2 ** 28,
  });
  return gzipSync(archive, { level: 6 });
}

/** Bytes that are no file system, as long as those of an image: signed as well as any other. */
export function makeGarbage(file: string, like: string): void {
  const bytes = readFileSync(like);
  for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 197 + (at >> 8) * 31 + 7) & 0xff;
  writeFileSync(file, bytes);
}
