/**
 * U-Boot with its state in one raw sector of 512 bytes: `name=value` lines, filled up with zeros. A U-Boot script
 * reads it with `env import -t` and writes it with `env export -t` (`examples/boot/uboot-sector.env`).
 */
import type { BootControl } from '../core/types.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import type { BootPromises } from './boot-port.ts';
import type { ControlStore } from './control-store.ts';
import { controlOf, withControl, type Words } from './control-words.ts';

/** Bytes. */
export const SECTOR = 512;

export const UBOOT_SECTOR_PROMISES: BootPromises = {
  name: 'u-boot-sector',
  countsWithoutAgent: true,
  atomicWrite: true,
  wholeMachine: true,
  cannot: [
    'A write is atomic as far as the storage writes one sector of 512 bytes whole.',
    'The limit of boot attempts stands in the boot script; the agent cannot change it.',
    'Words of others in the sector outlive the agent, but not the boot script.',
  ],
};

/** @param offset of the sector in the device or file, bytes; a multiple of 512 */
export function ubootSector(device: string, offset: number, disk: Disk = realDisk): ControlStore {
  const words = async () => readSector(await disk.readPart(device, offset, SECTOR));
  return {
    promises: UBOOT_SECTOR_PROMISES,
    read: async () => controlOf(await words()),
    async write(control: BootControl) {
      const sector = sectorOf(withControl(await words(), control));
      await using file = await disk.update(device);
      await file.write(sector, offset);
      await file.sync();
    },
  };
}

/** Lines that are words; whatever else is there counts for nothing. The last of two equal names counts. */
export function readSector(sector: Buffer): Words {
  const end = sector.indexOf(0);
  const words = new Map<string, string>();
  for (const line of sector.toString('latin1', 0, end < 0 ? sector.length : end).split('\n')) {
    const match = /^([A-Za-z_][\w.-]*)=([\x20-\x7e]*)$/.exec(line);
    if (match) words.set(match[1] as string, match[2] as string);
  }
  return words;
}

/** Words for which there is no room are left out, the last ones first; ours stand at the beginning. */
export function sectorOf(words: Words): Buffer {
  const sector = Buffer.alloc(SECTOR);
  let at = 0;
  for (const [name, value] of words) {
    const line = `${name}=${value}\n`;
    if (at + line.length < SECTOR) at += sector.write(line, at, 'latin1');
  }
  return sector;
}
