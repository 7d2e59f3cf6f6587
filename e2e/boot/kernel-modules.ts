/** The few kernel modules that the guest needs, out of the thousands that a package holds. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Loaded by the guest's init. `crc32c_generic` is asked for by ext4 when it mounts, which no dependency says. */
const WANTED = [
  'virtio_pci',
  'virtio_blk',
  'virtio_net',
  'crc32c_generic',
  'ext4',
  'ramoops',
  'i6300esb',
] as const;

/** Parameters by module, as `insmod` takes them: kept beside the modules. */
const PARAMETERS: Readonly<Record<string, string>> = {
  // The last 64 MiB of memory are kept from Linux (`mem=`); U-Boot leaves this part of them alone.
  ramoops: 'mem_address=0x5c000000 mem_size=0x100000 record_size=0x20000',
  i6300esb: 'heartbeat=30',
};

/** Copies what is wanted, and what that needs, to a flat folder, and writes the order of loading. */
export function keepModules(from: string, to: string): void {
  const files = new Map(
    readdirSync(from, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ko'))
      .map((file) => [nameOf(file), join(from, file)]),
  );
  const order: string[] = [];
  const add = (name: string): void => {
    const file = files.get(name);
    // What no file holds is built into the kernel.
    if (file === undefined || order.includes(name)) return;
    for (const other of dependsOf(file)) add(other);
    order.push(name);
  };
  for (const name of WANTED) add(name);
  mkdirSync(to, { recursive: true });
  for (const name of order) copyFileSync(files.get(name) ?? '', join(to, `${name}.ko`));
  const lines = order.map((name) => `${name}.ko ${PARAMETERS[name] ?? ''}`.trim());
  writeFileSync(join(to, 'modules.order'), `${lines.join('\n')}\n`);
}

function nameOf(file: string): string {
  return basename(file, '.ko').replaceAll('-', '_');
}

function dependsOf(file: string): string[] {
  const depends = execFileSync('/sbin/modinfo', ['-F', 'depends', file], { encoding: 'utf8' }).trim();
  return depends === '' ? [] : depends.split(',').map(nameOf);
}
