/** Every back-end with the disk under it and the boot loader beside it, for the contract. */
import type { SlotName } from '@tuesday/protocol';
import { RaucStore } from '../../installers/rauc-store.ts';
import { ustate } from '../../installers/open-swupdate.ts';
import { pretendRauc } from '../../installers/testing/pretend-rauc.ts';
import { TrialRecordFile } from '../../installers/trial-record.ts';
import { DeviceStorage } from '../../storage/device-storage.ts';
import type { BootPort } from '../boot-port.ts';
import type { ControlStore } from '../control-store.ts';
import type { AlsoWords } from '../control-words.ts';
import { grubBlockOf, grubEnvironment } from '../grub-env.ts';
import { MachineBoot } from '../machine-boot.ts';
import { ProcessBoot } from '../process-boot.ts';
import { EntriesStore } from '../systemd-boot.ts';
import { copyOf } from '../uboot-env-block.ts';
import { ubootEnvironment } from '../uboot-env.ts';
import { sectorOf, ubootSector } from '../uboot-sector.ts';
import { CutDisk } from './cut-disk.ts';
import {
  pretendGrub,
  pretendSystemdBoot,
  pretendUbootEnvironment,
  pretendUbootSector,
} from './pretend-boot-loaders.ts';

export interface Bench {
  readonly disk: CutDisk;
  /** Files with state that may go without taking a whole slot along; `spare` is the slot that does not matter now. */
  files(spare: SlotName): Promise<string[]>;
  /**
   * What the boot loader does before the agent is there: the slot that it starts. Undefined where the agent is the
   * boot loader.
   */
  powerOn(limit: number): Promise<SlotName | undefined>;
  /** The agent's side, in the slot that runs. */
  open(booted: SlotName, whole: ReadonlySet<SlotName>): BootPort;
  /** Puts a word of somebody else there, as its tool would. Absent: nobody else writes there. */
  addWord?(name: string, value: string): void;
  /** A trial can only be begun, not be set to a number of boots that it has had. */
  readonly beginsAnew?: true;
}

/** As a device leaves the factory: slot a by default, nothing on trial. */
export type MakeBench = (random?: () => number) => Bench;

const half = () => 0.5;
const noReboot = ['false'];

function machine(
  disk: CutDisk,
  powerOn: Bench['powerOn'],
  files: Bench['files'],
  store: (booted: SlotName) => ControlStore,
) {
  const open = (booted: SlotName) => new MachineBoot({ store: store(booted), booted, reboot: noReboot });
  return { disk, files, powerOn, open };
}

const FACTORY = new Map([
  ['default_slot', 'a'],
  ['trial_slot', 'b'],
  ['trial', '0'],
  ['bootcount', '0'],
]);

function processBench(random = half): Bench {
  const disk = new CutDisk(random);
  disk.place('/d/boot.json', JSON.stringify({ defaultSlot: 'a', trialSlot: null, attempts: 0 }));
  const label = { tuesday: 1, version: '1.0.0', hardware: 'th-1', securityVersion: 0 } as const;
  return {
    disk,
    files: async () => ['/d/boot.json'],
    powerOn: async () => undefined,
    open(_, whole) {
      const found = async () => ({ a: whole.has('a') ? label : null, b: whole.has('b') ? label : null });
      return new ProcessBoot(new DeviceStorage('/d', disk), { found });
    },
  };
}

function sectorBench(random = half): Bench {
  const disk = new CutDisk(random);
  disk.place('/dev/state', sectorOf(FACTORY));
  const words = new Map<string, string>(FACTORY);
  return {
    ...machine(
      disk,
      pretendUbootSector(disk, '/dev/state', 0),
      async () => ['/dev/state'],
      () => ubootSector('/dev/state', 0, disk),
    ),
    addWord: (name, value) => disk.place('/dev/state', sectorOf(words.set(name, value))),
  };
}

const ENVIRONMENT = new Map([
  ['bootcmd', 'run boot_slot'],
  ['bootcount', '0'],
  ['default_slot', 'a'],
  // Our words stand in two sectors, as they may among the many of a real environment.
  ['filling', 'x'.repeat(600)],
  ['trial_slot', 'b'],
  ['upgrade_available', '0'],
]);

function environmentBench(count: 1 | 2): MakeBench {
  return (random = half) => {
    const disk = new CutDisk(random);
    const paths = ['/dev/env0', '/dev/env1'].slice(0, count);
    const size = 1_024;
    const redundant = count === 2;
    const words = new Map(ENVIRONMENT);
    const place = (serial: number) =>
      paths.forEach((path, index) =>
        disk.place(path, copyOf({ words, serial: serial - index }, size, redundant)),
      );
    place(1);
    const copies = paths.map((device) => ({ device, offset: 0 }));
    return {
      ...machine(
        disk,
        pretendUbootEnvironment(disk, paths, size),
        async () => paths,
        () => ubootEnvironment({ copies, size, defaults: ENVIRONMENT }, disk),
      ),
      addWord(name, value) {
        words.set(name, value);
        place(7);
      },
    };
  };
}

function grubBench(random = half, also?: AlsoWords): Bench {
  const disk = new CutDisk(random);
  const path = '/boot/grub/grubenv';
  const words = new Map(FACTORY);
  disk.place(path, grubBlockOf(words));
  return {
    ...machine(
      disk,
      pretendGrub(disk, path),
      async () => [path],
      () => grubEnvironment(path, disk, also),
    ),
    addWord: (name, value) => disk.place(path, grubBlockOf(words.set(name, value))),
  };
}

function entriesBench(random = half): Bench {
  const disk = new CutDisk(random);
  const folder = '/efi/loader/entries';
  const lines = {
    a: ['efi /tuesday/a.efi', 'options tuesday.slot=a'],
    b: ['efi /tuesday/b.efi', 'options tuesday.slot=b'],
  };
  disk.place(`${folder}/tuesday-a.conf`, 'title a\nversion 1\nefi /tuesday/a.efi\n');
  disk.place(`${folder}/tuesday-b+0.conf`, 'title b\nversion 0\nefi /tuesday/b.efi\n');
  const files = async (spare: SlotName) =>
    (await disk.list(folder))
      .filter((name) => name.startsWith(`tuesday-${spare}`))
      .map((name) => `${folder}/${name}`);
  return machine(
    disk,
    pretendSystemdBoot(disk, folder),
    files,
    (booted) => new EntriesStore({ folder, prefix: 'tuesday', lines, booted }, disk),
  );
}

function raucBench(random = half): Bench {
  const disk = new CutDisk(random);
  disk.place('/rauc', JSON.stringify({ first: 'a', left: { a: 3, b: 0 } }));
  const factory = { record: 1, defaultSlot: 'a', trialSlot: null, attempts: 0, begun: false };
  disk.place('/d/trial.json', JSON.stringify(factory));
  const rauc = pretendRauc(disk, '/rauc');
  let boots = 0;
  const powerOn = (limit: number) => {
    boots += 1;
    return rauc.powerOn(limit);
  };
  const names = { a: 'a', b: 'b' };
  const record = new TrialRecordFile('/d', disk);
  const store = (booted: SlotName) =>
    new RaucStore({ rauc, names, booted, record, bootAttempts: 3, bootId: String(boots) });
  return { ...machine(disk, powerOn, async () => ['/d/trial.json'], store), beginsAnew: true };
}

export const BENCHES: readonly [string, MakeBench][] = [
  ['process slots', processBench],
  ['U-Boot, raw sector', sectorBench],
  ['U-Boot, environment in two copies', environmentBench(2)],
  ['U-Boot, environment in one copy', environmentBench(1)],
  ['GRUB', (random) => grubBench(random)],
  ['systemd-boot', entriesBench],
  ['RAUC', raucBench],
  // It writes slots; what boots stays with GRUB and the agent, and SWUpdate's own word stands beside theirs.
  ['SWUpdate before GRUB', (random) => grubBench(random, ustate)],
];
