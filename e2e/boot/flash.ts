/** The two flash chips of the machine: U-Boot itself, and its environment, which is the boot script. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../testing/server-process.ts';

const U_BOOT = '/usr/lib/u-boot/qemu_arm64/u-boot.bin';

/** Bytes: what QEMU's board has, and what this U-Boot keeps its environment in. */
const FLASH_SIZE = 64 * 2 ** 20;
const ENVIRONMENT_SIZE = 0x40000;

/** The script that the product comes with; what this machine has beside it. The last of two equal names counts. */
const EXAMPLE = join(root, 'examples/boot/uboot-sector.env');
const MACHINE = join(import.meta.dirname, 'guest/thermostat.env');

export interface Flash {
  readonly boot: string;
  readonly environment: string;
}

/** Nothing writes to either: what U-Boot remembers is on the disk. */
export function makeFlash(folder: string): Flash {
  const flash = { boot: join(folder, 'u-boot.flash'), environment: join(folder, 'environment.flash') };
  copyFileSync(U_BOOT, flash.boot);
  const script = join(folder, 'u-boot.env');
  writeFileSync(script, [EXAMPLE, MACHINE].map((file) => readFileSync(file, 'utf8')).join('\n'));
  execFileSync('mkenvimage', ['-s', String(ENVIRONMENT_SIZE), '-o', flash.environment, script]);
  for (const file of [flash.boot, flash.environment]) truncateSync(file, FLASH_SIZE);
  return flash;
}
