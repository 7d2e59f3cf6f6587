/** Where the firmware of a pretend device lives, and what boots it: the real ports, over a disk that loses power. */
import type { SlotName, TargetCustom } from '@tuesday/protocol';
import type { BootPort } from '../../boot/boot-port.ts';
import { ProcessBoot } from '../../boot/process-boot.ts';
import type { BootControl } from '../../core/types.ts';
import { provision } from '../../run/provision.ts';
import { ProcessSlots } from '../../slots/process-slots.ts';
import type { SlotPort } from '../../slots/slot-port.ts';
import { DeviceStorage } from '../../storage/device-storage.ts';
import type { Disk } from '../../storage/disk.ts';
import type { PretendDisk } from '../disk/pretend-disk.ts';
import { bytesOf } from '../neighbours/signed-fleet.ts';
import type { PretendRelease } from '../pretend-release.ts';

export const FOLDER = '/device';

export interface Home {
  readonly boot: BootPort;
  readonly slots: SlotPort;
  /** File, or block device, that holds the firmware of a slot. */
  place(slot: SlotName): string;
  /** As it is kept now; undefined when it makes no sense. */
  control(): Promise<BootControl | undefined>;
}

export interface Machine {
  /** A block device is longer than the firmware in it. */
  readonly keeps: 'files' | 'block devices';
  /** As it leaves the factory. */
  make(disk: PretendDisk, factory: PretendRelease): Promise<void>;
  /** What the slots say of themselves: each that says something is whole. */
  labels(disk: Disk): Promise<Readonly<Record<SlotName, TargetCustom | null>>>;
  /** In one life. */
  home(disk: Disk, factory: PretendRelease): Home;
}

/** The agent as its own boot loader, with folders as slots. */
export const processMachine: Machine = {
  keeps: 'files',
  make: (disk, factory) => provision(FOLDER, factory.signed.custom, bytesOf(factory), disk),
  labels: (disk) => new ProcessSlots(FOLDER, disk).found(),
  home(disk) {
    const storage = new DeviceStorage(FOLDER, disk);
    const slots = new ProcessSlots(FOLDER, disk);
    return {
      boot: new ProcessBoot(storage, slots),
      slots,
      place: (slot) => slots.program(slot),
      control: () => storage.readControl(),
    };
  },
};
