/** Programs that the tests use and that come from Debian. Installed through apt where we are root. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

interface Need {
  readonly name: string;
  readonly found: () => boolean;
}

const NEEDS: readonly Need[] = [
  { name: 'chromium', found: () => existsSync('/usr/bin/chromium') },
  { name: 'cpio', found: () => existsSync('/usr/bin/cpio') },
  { name: 'dbus-daemon', found: () => existsSync('/usr/bin/dbus-daemon') },
  // The matrix: clocks that jump, and several apts on one state.
  { name: 'faketime', found: () => spawnSync('faketime', ['--version']).status === 0 },
  // What a compiler makes of a header of error codes.
  { name: 'gcc', found: () => existsSync('/usr/bin/gcc') },
  { name: 'libc6-dev', found: () => existsSync('/usr/include/stdio.h') },
  { name: 'util-linux', found: () => existsSync('/usr/bin/flock') },
  { name: 'grub-common', found: () => existsSync('/usr/bin/grub-editenv') },
  { name: 'grub-emu', found: () => existsSync('/usr/bin/grub-emu') },
  { name: 'libubootenv-tool', found: () => existsSync('/usr/bin/fw_printenv') },
  { name: 'mosquitto', found: () => existsSync('/usr/sbin/mosquitto') },
  // The emulated machine of e2e/boot, and what its disks are made with.
  { name: 'qemu-system-arm', found: () => existsSync('/usr/bin/qemu-system-aarch64') },
  { name: 'openssl', found: () => existsSync('/usr/bin/openssl') },
  // What stands in a PDF that we wrote.
  { name: 'poppler-utils', found: () => existsSync('/usr/bin/pdftotext') },
  { name: 'postgresql', found: () => postgresFolder() !== undefined },
  { name: 'rauc', found: () => existsSync('/usr/bin/rauc') },
  { name: 'squashfs-tools', found: () => existsSync('/usr/bin/mksquashfs') },
  { name: 'swupdate', found: () => existsSync('/usr/bin/swupdate-client') },
  // The machine that the agent's package is installed on.
  { name: 'adduser', found: () => existsSync('/usr/sbin/adduser') },
  { name: 'systemd', found: () => existsSync('/lib/systemd/systemd') },
  { name: 'systemd-boot', found: () => existsSync('/usr/bin/bootctl') },
  { name: 'u-boot-qemu', found: () => existsSync('/usr/lib/u-boot/qemu_arm64/u-boot.bin') },
  { name: 'u-boot-tools', found: () => existsSync('/usr/bin/mkenvimage') },
  { name: 'fdisk', found: () => existsSync('/sbin/sfdisk') },
  { name: 'e2fsprogs', found: () => existsSync('/sbin/mke2fs') },
  { name: 'kmod', found: () => existsSync('/sbin/modinfo') },
  { name: 'zstd', found: () => existsSync('/usr/bin/zstd') },
  { name: 'python3', found: () => spawnSync('python3', ['--version']).status === 0 },
  { name: 'iproute2', found: () => existsSync('/usr/sbin/ip') || existsSync('/sbin/ip') },
  { name: 'nftables', found: () => existsSync('/usr/sbin/nft') },
];

/** `/usr/lib/postgresql/<version>/bin` of the newest server that is installed. */
export function postgresFolder(): string | undefined {
  const base = '/usr/lib/postgresql';
  if (!existsSync(base)) return undefined;
  const versions = readdirSync(base).filter((version) => existsSync(`${base}/${version}/bin/postgres`));
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? undefined : `${base}/${newest}/bin`;
}

/** @returns one line for each package that is missing and could not be installed */
export function ensureDebianPackages(): string[] {
  const missing = NEEDS.filter((need) => !need.found()).map((need) => need.name);
  if (missing.length === 0) return [];
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    return [`The tests need Debian packages that are not installed: apt-get install ${missing.join(' ')}`];
  }
  process.stderr.write(`Installing Debian packages for the tests: ${missing.join(' ')} …\n`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]) =>
    spawnSync('apt-get', ['-qq', ...args], { env: environment, encoding: 'utf8' });
  apt('update');
  const result = apt('install', '-y', '--no-install-recommends', ...missing);
  const still = NEEDS.filter((need) => !need.found()).map((need) => need.name);
  return still.length === 0 ? [] : [`${result.stderr}\napt-get could not install: ${still.join(' ')}`];
}
