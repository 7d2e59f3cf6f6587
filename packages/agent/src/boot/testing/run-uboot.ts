/** The real U-Boot of Debian on an emulated arm64 machine, with an environment of one's own. */
import { execFileSync } from 'node:child_process';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes of the flash that holds the environment of U-Boot in QEMU. */
const ENVIRONMENT = 0x40000;
const FLASH = 67_108_864;

/**
 * @param folder for the images of the machine
 * @param lines of the environment; its `bootcmd` has to end with `poweroff`
 * @param disk image of a virtio disk, which U-Boot may change
 * @returns what is printed between `<` and `>`, in order
 */
export function runUboot(folder: string, lines: readonly string[], disk: string): string[] {
  writeFileSync(join(folder, 'env.txt'), `${lines.join('\n')}\n`);
  execFileSync('mkenvimage', [
    '-s',
    String(ENVIRONMENT),
    '-o',
    join(folder, 'flash1'),
    join(folder, 'env.txt'),
  ]);
  writeFileSync(join(folder, 'flash0'), readFileSync('/usr/lib/u-boot/qemu_arm64/u-boot.bin'));
  for (const flash of ['flash0', 'flash1']) truncateSync(join(folder, flash), FLASH);
  const pflash = ['flash0', 'flash1'].flatMap((flash) => [
    '-drive',
    `if=pflash,format=raw,file=${join(folder, flash)}`,
  ]);
  const machine = [
    '-M',
    'virt',
    '-cpu',
    'cortex-a57',
    '-m',
    '256',
    '-accel',
    'tcg',
    '-nographic',
    '-net',
    'none',
  ];
  const drive = ['-drive', `if=none,id=d,format=raw,file=${disk}`, '-device', 'virtio-blk-pci,drive=d'];
  const output = execFileSync('qemu-system-aarch64', [...machine, ...pflash, ...drive], {
    encoding: 'latin1',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 90_000,
    killSignal: 'SIGKILL',
  });
  return [...output.matchAll(/<([^$<>]*)>/g)].map(([, text]) => text as string);
}

/** Lines of a script in `examples/boot`, without comments and without the words that are named. */
export function scriptLines(file: string, without: readonly string[]): string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter(
    (line) => line !== '' && !line.startsWith('#') && !without.some((name) => line.startsWith(`${name}=`)),
  );
}
