/** Which boot loader and which slots a device has: one section of its configuration. */
import * as z from 'zod';
import { ProcessSlots } from '../slots/process-slots.ts';
import type { SlotPort } from '../slots/slot-port.ts';
import type { Disk } from '../storage/disk.ts';
import type { DeviceStorage } from '../storage/device-storage.ts';
import type { BootPort } from './boot-port.ts';
import { ProcessBoot } from './process-boot.ts';

export const backEndSchema = z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('process') })]);
export type BackEndConfig = z.infer<typeof backEndSchema>;

export interface BackEnd {
  readonly boot: BootPort;
  readonly slots: SlotPort;
  /** File that is started for a slot; undefined where the boot itself starts the firmware. */
  readonly program?: (slot: 'a' | 'b') => string;
}

export function openBackEnd(config: BackEndConfig, storage: DeviceStorage, disk: Disk): BackEnd {
  switch (config.kind) {
    case 'process': {
      const slots = new ProcessSlots(storage.folder, disk);
      return { boot: new ProcessBoot(storage, slots), slots, program: (slot) => slots.program(slot) };
    }
  }
}
