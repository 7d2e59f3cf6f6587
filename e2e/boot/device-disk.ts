/** The disk of a device as it leaves the factory: boot state, slot a with its first release, slot b empty, data. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { makeFileSystem } from './file-system.ts';

const SECTOR = 512;
const MEGABYTE = 2 ** 20;
const DATA_MEGABYTES = 64;

export interface DiskOptions {
  /** Written anew. */
  readonly file: string;
  /** Image of the release that slot a holds; both slots are as large. */
  readonly slot: string;
  /** Folder with the content of the data partition. */
  readonly data: string;
}

/** What U-Boot's script reads first: a text of variables in one sector, the rest zeros. */
const STATE = 'default_slot=a\ntrial_slot=b\ntrial=0\nbootcount=0\n';

/** Partitions 1 to 4: state at sector 2048, where U-Boot's script reads it; slot a, slot b, data. */
export function makeDeviceDisk({ file, slot, data }: DiskOptions): void {
  const image = readFileSync(slot);
  const slotMegabytes = Math.ceil(image.length / MEGABYTE);
  const sizes = [1, slotMegabytes, slotMegabytes, DATA_MEGABYTES];
  const starts = sizes.map((_, index) => sizes.slice(0, index).reduce((sum, size) => sum + size, 1));
  writeFileSync(file, '');
  truncateSync(file, (1 + sizes.reduce((sum, size) => sum + size)) * MEGABYTE);
  const rows = sizes.map((size, index) => {
    const type = index === 0 ? 'da' : '83';
    return `start=${sectors(starts[index] ?? 0)},size=${sectors(size)},type=${type}`;
  });
  execFileSync('/sbin/sfdisk', ['-q', file], { input: `label: dos\n${rows.join('\n')}\n` });
  const dataImage = `${file}.data`;
  makeFileSystem({ tree: data, file: dataImage, megabytes: DATA_MEGABYTES, type: 'ext4' });
  const [stateAt = 0, slotAt = 0, , dataAt = 0] = starts;
  const disk = openSync(file, 'r+');
  const state = Buffer.alloc(SECTOR);
  state.write(STATE);
  writeSync(disk, state, 0, SECTOR, stateAt * MEGABYTE);
  writeSync(disk, image, 0, image.length, slotAt * MEGABYTE);
  closeSync(disk);
  copyInto(dataImage, file, dataAt);
  rmSync(dataImage);
}

function sectors(megabytes: number): number {
  return (megabytes * MEGABYTE) / SECTOR;
}

/** Leaves holes as holes. */
function copyInto(from: string, to: string, atMegabyte: number): void {
  const args = [
    `if=${from}`,
    `of=${to}`,
    'bs=1M',
    `seek=${atMegabyte}`,
    'conv=notrunc,sparse',
    'status=none',
  ];
  execFileSync('dd', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
