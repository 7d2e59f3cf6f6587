/**
 * A machine of files with a RAUC and a D-Bus of its own. Its boot loader is a script with the rule of RAUC's U-Boot
 * back-end: an order of slots, and the boots that each has left.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SlotName } from '@tuesday/protocol';
import { openBus } from '../bus.ts';
import { makeSigner, type Signer } from './signers.ts';
import { Started, until } from './started.ts';

export const BOOTNAMES = { a: 'system0', b: 'system1' } as const;
const SIZE = 65_536;

export interface BundleFacts {
  readonly version: string;
  readonly image: Buffer;
  readonly compatible?: string;
  readonly signer?: Signer;
}

export class RaucMachine {
  readonly folder: string;
  readonly bus: string;
  readonly signer: Signer;
  readonly stranger: Signer;
  #daemon: Started | undefined;
  #rauc: Started | undefined;
  #bundles = 0;

  /** @param activate what RAUC does by itself after an installation */
  constructor(folder: string, { activate = false } = {}) {
    this.folder = folder;
    this.bus = `unix:path=${this.at('bus')}`;
    this.signer = makeSigner(folder, 'signer');
    this.stranger = makeSigner(folder, 'stranger');
    for (const slot of ['a', 'b']) writeFileSync(this.at(slot), Buffer.alloc(SIZE));
    mkdirSync(this.at('mnt'));
    writeFileSync(this.at('boot-state'), 'order="system0 system1"\nleft_system0=3\nleft_system1=0\n');
    this.#script('boot.sh', BOOT_SCRIPT);
    // An installation stands still for as long as this file is there.
    this.#script(
      'hold.sh',
      `#!/bin/sh\nwhile [ -e ${this.at('hold')} ]; do touch ${this.at('held')}; sleep 0.02; done\n`,
    );
    writeFileSync(this.at('bus.conf'), busConfig(this.bus));
    writeFileSync(this.at('system.conf'), this.#systemConfig(activate));
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  /** @returns the slot that it starts */
  bootLoader(): SlotName {
    const name = execFileSync(this.at('boot.sh'), ['power-on'], { encoding: 'utf8' }).trim();
    return name === BOOTNAMES.a ? 'a' : 'b';
  }

  /** What the boot loader keeps: order, and boots left. */
  bootState(): string {
    return readFileSync(this.at('boot-state'), 'utf8');
  }

  async start(booted: SlotName): Promise<void> {
    this.#daemon = new Started(
      ['dbus-daemon', '--nofork', `--config-file=${this.at('bus.conf')}`],
      this.at('bus.log'),
    );
    await this.startRauc(booted);
  }

  async startRauc(booted: SlotName): Promise<void> {
    await until(() => answers(this.bus, 'org.freedesktop.DBus'));
    this.#rauc = new Started(
      ['rauc', '-c', this.at('system.conf'), 'service', `--override-boot-slot=${BOOTNAMES[booted]}`],
      this.at('rauc.log'),
      { DBUS_SYSTEM_BUS_ADDRESS: this.bus },
    );
    await until(() => answers(this.bus, 'de.pengutronix.rauc'));
  }

  async killRauc(): Promise<void> {
    await this.#rauc?.end();
  }

  async killBus(): Promise<void> {
    await this.#daemon?.end();
  }

  async stop(): Promise<void> {
    await this.killRauc();
    await this.killBus();
    // A RAUC that was killed leaves its bundle mounted.
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    const left = mounts
      .flatMap((line) => line.split(' ')[4] ?? [])
      .filter((at) => at.startsWith(this.at('mnt/')));
    for (const place of left.reverse()) execFileSync('umount', [place]);
  }

  /** @returns the file */
  bundle({ version, image, compatible = 'th-1', signer = this.signer }: BundleFacts): string {
    const content = this.at(`content-${++this.#bundles}`);
    mkdirSync(content);
    writeFileSync(join(content, 'rootfs.img'), image);
    const manifest = `[update]\ncompatible=${compatible}\nversion=${version}\n[bundle]\nformat=plain\n[image.rootfs]\nfilename=rootfs.img\n`;
    writeFileSync(join(content, 'manifest.raucm'), manifest);
    const file = this.at(`${this.#bundles}.raucb`);
    const keys = [`--cert=${signer.certificate}`, `--key=${signer.key}`];
    execFileSync('rauc', ['bundle', ...keys, content, file], { stdio: 'pipe' });
    return file;
  }

  #script(name: string, text: string): void {
    writeFileSync(this.at(name), text);
    chmodSync(this.at(name), 0o755);
  }

  #systemConfig(activate: boolean): string {
    const slot = (index: number, name: SlotName) =>
      `[slot.rootfs.${index}]\ndevice=${this.at(name)}\ntype=raw\nbootname=${BOOTNAMES[name]}\n`;
    return `[system]
compatible=th-1
bootloader=custom
statusfile=${this.at('rauc.status')}
mountprefix=${this.at('mnt')}
activate-installed=${activate}
[handlers]
bootloader-custom-backend=${this.at('boot.sh')}
pre-install=${this.at('hold.sh')}
[keyring]
path=${this.signer.certificate}
${slot(0, 'a')}${slot(1, 'b')}`;
  }
}

async function answers(address: string, name: string): Promise<boolean> {
  try {
    using bus = openBus(address, 1_000);
    const to = {
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
    };
    const [owned] = await bus.call({ ...to, member: 'NameHasOwner', signature: 's', body: [name] });
    return Boolean(owned);
  } catch {
    return false;
  }
}

const busConfig = (
  address: string,
) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>custom</type>
  <listen>${address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
    <allow user="*"/>
  </policy>
</busconfig>
`;

const BOOT_SCRIPT = `#!/bin/sh
set -e
state=$(dirname "$0")/boot-state
. "$state"
save() {
  printf 'order="%s"\\nleft_system0=%s\\nleft_system1=%s\\n' "$order" "$left_system0" "$left_system1" > "$state.new"
  mv "$state.new" "$state"
}
left() { eval "echo \\$left_$1"; }
first() {
  for slot in $order; do
    if [ "$(left $slot)" -gt 0 ]; then echo $slot; return; fi
  done
  return 1
}
case $1 in
get-primary) first ;;
set-primary)
  if [ $2 = system0 ]; then order="system0 system1"; else order="system1 system0"; fi
  eval "left_$2=3"
  save ;;
get-state) if [ "$(left $2)" -gt 0 ]; then echo good; else echo bad; fi ;;
set-state)
  if [ $3 = good ]; then eval "left_$2=3"; else eval "left_$2=0"; fi
  save ;;
power-on)
  slot=$(first)
  eval "left_$slot=$(($(left $slot) - 1))"
  save
  echo $slot ;;
esac
`;
