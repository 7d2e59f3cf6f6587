/** A machine whose slots are block devices, and whose own boot loader starts and counts. */
import type { SlotName } from '@tuesday/protocol';
import type { Booted, BootPort } from '../../boot/boot-port.ts';
import type { ControlStore } from '../../boot/control-store.ts';
import { grubBlockOf, grubEnvironment } from '../../boot/grub-env.ts';
import { MachineBoot } from '../../boot/machine-boot.ts';
import { EntriesStore } from '../../boot/systemd-boot.ts';
import {
  type PowerOn,
  pretendGrub,
  pretendSystemdBoot,
  pretendUbootEnvironment,
  pretendUbootSector,
} from '../../boot/testing/pretend-boot-loaders.ts';
import { copyOf } from '../../boot/uboot-env-block.ts';
import { ubootEnvironment } from '../../boot/uboot-env.ts';
import { SECTOR, sectorOf, ubootSector } from '../../boot/uboot-sector.ts';
import type { BootControl } from '../../core/types.ts';
import { LabelFiles } from '../../slots/label-files.ts';
import { RawSlots } from '../../slots/raw-slots.ts';
import type { SlotPort } from '../../slots/slot-port.ts';
import type { Disk } from '../../storage/disk.ts';
import type { PretendDisk } from '../disk/pretend-disk.ts';
import { bytesOf } from '../neighbours/signed-fleet.ts';
import type { PretendRelease } from '../pretend-release.ts';
import { FOLDER, type Home, type Machine } from './home.ts';

/** What differs between boot loaders. */
interface Loader {
  /** As the factory leaves it: slot a boots, nothing is on trial. */
  make(disk: PretendDisk): void;
  powerOn(disk: Disk): PowerOn;
  store(disk: Disk, booted: SlotName): ControlStore;
}

const PATHS = { a: '/dev/slot-a', b: '/dev/slot-b' };
/** Bytes; more than any firmware here has. */
const SLOT_SIZE = 8_192;
const STATE = '/dev/state';
const WORDS = new Map([
  ['default_slot', 'a'],
  ['trial_slot', 'b'],
  ['trial', '0'],
  ['bootcount', '0'],
]);

const sector: Loader = {
  make: (disk) => disk.addDevice(STATE, SECTOR, sectorOf(WORDS)),
  powerOn: (disk) => pretendUbootSector(disk, STATE, 0),
  store: (disk) => ubootSector(STATE, 0, disk),
};

const COPIES = ['/dev/env0', '/dev/env1'];
const ENVIRONMENT_SIZE = 1_024;
const ENVIRONMENT = new Map([
  ['bootcmd', 'run boot_slot'],
  ['bootcount', '0'],
  ['default_slot', 'a'],
  ['trial_slot', 'b'],
  ['upgrade_available', '0'],
]);

const environment: Loader = {
  make(disk) {
    for (const [index, path] of COPIES.entries()) {
      const copy = copyOf({ words: ENVIRONMENT, serial: 1 - index }, ENVIRONMENT_SIZE, true);
      disk.addDevice(path, ENVIRONMENT_SIZE, copy);
    }
  },
  powerOn: (disk) => pretendUbootEnvironment(disk, COPIES, ENVIRONMENT_SIZE),
  store(disk) {
    const copies = COPIES.map((device) => ({ device, offset: 0 }));
    return ubootEnvironment({ copies, size: ENVIRONMENT_SIZE, defaults: ENVIRONMENT }, disk);
  },
};

const GRUBENV = '/boot/grub/grubenv';

const grub: Loader = {
  make: (disk) => disk.plant(GRUBENV, grubBlockOf(WORDS)),
  powerOn: (disk) => pretendGrub(disk, GRUBENV),
  store: (disk) => grubEnvironment(GRUBENV, disk),
};

const ENTRIES = '/efi/loader/entries';
const PREFIX = 'tuesday';
const LINES = {
  a: ['efi /tuesday/a.efi', 'options tuesday.slot=a'],
  b: ['efi /tuesday/b.efi', 'options tuesday.slot=b'],
};

const systemdBoot: Loader = {
  make(disk) {
    disk.plant(`${ENTRIES}/${PREFIX}-a.conf`, Buffer.from(`title a\nversion 1\n${LINES.a.join('\n')}\n`));
    disk.plant(`${ENTRIES}/${PREFIX}-b+0.conf`, Buffer.from(`title b\nversion 0\n${LINES.b.join('\n')}\n`));
  },
  powerOn: (disk) => pretendSystemdBoot(disk, ENTRIES),
  store: (disk, booted) => new EntriesStore({ folder: ENTRIES, prefix: PREFIX, lines: LINES, booted }, disk),
};

/** By what boots them. */
export const RAW_MACHINES = {
  'U-Boot with a raw sector': rawMachine(sector),
  'U-Boot with an environment in two copies': rawMachine(environment),
  GRUB: rawMachine(grub),
  'systemd-boot': rawMachine(systemdBoot),
} as const;

function rawMachine(loader: Loader): Machine {
  return {
    keeps: 'block devices',
    async make(disk, factory) {
      disk.addDevice(PATHS.a, SLOT_SIZE, bytesOf(factory));
      disk.addDevice(PATHS.b, SLOT_SIZE);
      loader.make(disk);
      await disk.makeFolder(FOLDER);
    },
    labels: (disk) => new LabelFiles(FOLDER, disk).found(),
    home: (disk, factory) => new RawHome(loader, disk, factory),
  };
}

/** The machine restarts within one life of the agent here: what the agent holds in memory ends with it all the same. */
class RawHome implements Home {
  readonly #loader: Loader;
  readonly #disk: Disk;
  readonly #factory: PretendRelease;
  #slots: RawSlots | undefined;
  #machine: MachineBoot | undefined;
  #store: ControlStore | undefined;

  constructor(loader: Loader, disk: Disk, factory: PretendRelease) {
    this.#loader = loader;
    this.#disk = disk;
    this.#factory = factory;
  }

  place(slot: SlotName): string {
    return PATHS[slot];
  }

  async control(): Promise<BootControl | undefined> {
    return this.#store?.read();
  }

  get boot(): BootPort {
    return {
      promises: this.#loader.store(this.#disk, 'a').promises,
      boot: (limit) => this.#boot(limit),
      write: (control) => this.#running(this.#machine).write(control),
      reboot: () => Promise.resolve(),
    };
  }

  /** Those of the boot that runs. */
  get slots(): SlotPort {
    const now = () => this.#running(this.#slots);
    return {
      write: (slot, artifact, signed, signal) => now().write(slot, artifact, signed, signal),
      markBad: (slot) => now().markBad(slot),
      found: () => now().found(),
      content: (slot) => now().content(slot),
    };
  }

  /** The boot loader, and then what the agent does before anything else. */
  async #boot(limit: number): Promise<Booted> {
    const booted = await this.#loader.powerOn(this.#disk)(limit);
    this.#slots = new RawSlots({ paths: PATHS, booted, folder: FOLDER }, this.#disk);
    this.#store = this.#loader.store(this.#disk, booted);
    this.#machine = new MachineBoot({ store: this.#store, booted, reboot: [] });
    // What was not written by the factory stays without a label then.
    if ((await this.#slots.found())[booted] === null) await this.#slots.adopt(booted, this.#factory.signed);
    return this.#machine.boot(limit);
  }

  #running<T>(part: T | undefined): T {
    if (part === undefined) throw new Error('the machine is off');
    return part;
  }
}
