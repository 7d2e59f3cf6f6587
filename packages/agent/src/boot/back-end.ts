/** Which boot loader and which slots a device has: one section of its configuration. */
import type { OrRefused } from '@tuesday/protocol';
import * as z from 'zod';
import { ProcessSlots } from '../slots/process-slots.ts';
import { RawSlots } from '../slots/raw-slots.ts';
import type { SlotPort } from '../slots/slot-port.ts';
import type { Disk } from '../storage/disk.ts';
import type { DeviceStorage } from '../storage/device-storage.ts';
import type { SignedTarget } from '../core/journal.ts';
import type { BootPort } from './boot-port.ts';
import { MachineBoot } from './machine-boot.ts';
import { checkMachine } from './machine-config.ts';
import { openRauc, raucSchema } from '../installers/open-rauc.ts';
import { openSwupdate, swupdateSchema } from '../installers/open-swupdate.ts';
import { ProcessBoot } from './process-boot.ts';
import { readResetReason } from './reset-file.ts';
import { openStore, storeSchemas } from './stores.ts';

export const backEndSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('process') }),
  ...storeSchemas,
  raucSchema,
  swupdateSchema,
]);
export type BackEndConfig = z.infer<typeof backEndSchema>;

export interface BackEnd {
  readonly boot: BootPort;
  readonly slots: SlotPort;
  /** File that is started for a slot; undefined where the boot itself starts the firmware. */
  readonly program?: (slot: 'a' | 'b') => string;
  /** Labels what runs, where the factory wrote it without the agent; does nothing when it has a label. */
  readonly adopt?: (factory: SignedTarget) => Promise<OrRefused<{ adopted: true }>>;
}

/**
 * Looks at everything that the configuration names, and writes nothing.
 *
 * @returns refused `config-invalid`, with the field
 */
export async function openBackEnd(
  config: BackEndConfig,
  storage: DeviceStorage,
  disk: Disk,
): Promise<OrRefused<BackEnd>> {
  if (config.kind === 'process') {
    const slots = new ProcessSlots(storage.folder, disk);
    return { boot: new ProcessBoot(storage, slots), slots, program: (slot) => slots.program(slot) };
  }
  if (config.kind === 'rauc') return openRauc(config, storage, disk);
  if (config.kind === 'swupdate') return openSwupdate(config, storage, disk);
  const machine = await checkMachine(config);
  if ('refused' in machine) return machine;
  const store = await openStore(config, machine.slot, disk);
  if ('refused' in store) return store;
  const booted = machine.slot;
  const slots = new RawSlots({ paths: config.slots, booted, folder: storage.folder }, disk);
  const { reboot, program, resetReason } = config;
  const reset = () => readResetReason(resetReason, disk);
  return {
    boot: new MachineBoot({ store: store.store, booted, reboot, reset }),
    slots,
    ...(program === undefined ? {} : { program: () => program }),
    async adopt(factory) {
      if ((await slots.found())[booted] !== null) return { adopted: true };
      const result = await slots.adopt(booted, factory);
      return 'refused' in result ? result : { adopted: true };
    },
  };
}
