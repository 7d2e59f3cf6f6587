/**
 * GRUB with its state in `grubenv`: a block of 1,024 bytes, a first line that names it, `name=value` lines, filled up
 * with `#` (GNU GRUB manual 2.06, "The GRUB environment block"). The script is `examples/boot/grub.cfg`.
 *
 * GRUB finds the blocks of the file through the file system and writes them in place. So does the agent: a renamed
 * file would be known to the journal of the file system first, which GRUB does not read, and GRUB would count in the
 * old one. Our words stand first, within the first sector.
 */
import { dirname } from 'node:path';
import type { BootControl } from '../core/types.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { writeWhole } from '../storage/whole-file.ts';
import type { BootPromises } from './boot-port.ts';
import type { ControlStore } from './control-store.ts';
import { type AlsoWords, controlOf, withControl, type Words } from './control-words.ts';

/** Bytes. */
export const GRUB_BLOCK = 1024;
const SIGNATURE = '# GRUB Environment Block\n';

export const GRUB_PROMISES: BootPromises = {
  name: 'grub',
  countsWithoutAgent: true,
  atomicWrite: true,
  wholeMachine: true,
  cannot: [
    'A write is atomic as far as the storage writes one sector of 512 bytes whole.',
    'GRUB cannot write to every file system: not to btrfs, ZFS, RAID or LVM. Where it cannot count it does not try.',
    'GRUB script does no arithmetic: the script knows three boot attempts, and the agent cannot change that.',
  ],
};

/** @param path of grubenv, in the folder that GRUB reads */
export function grubEnvironment(path: string, disk: Disk = realDisk, also?: AlsoWords): ControlStore {
  const words = async () => readGrubBlock(await disk.readPart(path, 0, GRUB_BLOCK));
  return {
    promises: GRUB_PROMISES,
    async read() {
      if ((await disk.size(path)) === undefined) return undefined;
      const found = await words();
      return found && controlOf(found);
    },
    async write(control: BootControl) {
      const size = await disk.size(path);
      const kept = size === undefined ? undefined : await words();
      const block = grubBlockOf(withControl(new Map([...(kept ?? []), ...(also?.(control) ?? [])]), control));
      if (size !== GRUB_BLOCK) {
        await disk.makeFolder(dirname(path));
        return writeWhole(path, block, disk);
      }
      await using file = await disk.update(path);
      await file.write(block, 0);
      await file.sync();
    },
  };
}

/**
 * Values stay as they are written, with the backslashes that GRUB puts before `\` and line ends.
 *
 * @returns undefined when GRUB would not take it for its block
 */
export function readGrubBlock(block: Buffer): Words | undefined {
  const text = block.toString('latin1');
  if (block.length !== GRUB_BLOCK || !text.startsWith(SIGNATURE)) return undefined;
  const words = new Map<string, string>();
  // Without the filling, which is one line without an end.
  const lines = text.slice(SIGNATURE.length, text.lastIndexOf('\n') + 1);
  for (const [line] of lines.matchAll(/(?:\\[\s\S]|[^\\\n])*\n/g)) {
    const equals = line.indexOf('=');
    // The last of two equal names counts, as it does for GRUB, which sets one after the other.
    if (equals > 0 && !line.startsWith('#')) words.set(line.slice(0, equals), line.slice(equals + 1, -1));
  }
  return words;
}

/** Words for which there is no room are left out, the last ones first; ours stand at the beginning. */
export function grubBlockOf(words: Words): Buffer {
  const block = Buffer.alloc(GRUB_BLOCK, '#');
  let at = block.write(SIGNATURE, 'latin1');
  for (const [name, value] of words) {
    const line = `${name}=${value}\n`;
    if (at + line.length <= GRUB_BLOCK) at += block.write(line, at, 'latin1');
  }
  return block;
}
