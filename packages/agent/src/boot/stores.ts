/** The boot loaders of whole machines: one schema and one opening each. */
import { type OrRefused, refuse } from '@tuesday/protocol';
import * as z from 'zod';
import type { Disk } from '../storage/disk.ts';
import type { ControlStore } from './control-store.ts';
import { checkWritable, devicePath, isSamePlace, machineFields } from './machine-config.ts';
import { SECTOR, ubootSector } from './uboot-sector.ts';

/** Bytes from the start of a device or file. */
const sectorOffset = z.int().min(0).multipleOf(SECTOR, 'must be a multiple of 512').default(0);

const ubootSectorSchema = z.strictObject({
  kind: z.literal('u-boot-sector'),
  /** Block device or file with the state sector. */
  device: devicePath,
  offset: sectorOffset,
  ...machineFields,
});

export const storeSchemas = [ubootSectorSchema] as const;
export type StoreConfig = z.infer<(typeof storeSchemas)[number]>;

/** @returns refused `config-invalid`, with the field */
export async function openStore(
  config: StoreConfig,
  disk: Disk,
): Promise<OrRefused<{ store: ControlStore }>> {
  switch (config.kind) {
    case 'u-boot-sector':
      return (
        (await openPlace(config, SECTOR, disk)) ?? { store: ubootSector(config.device, config.offset, disk) }
      );
  }
}

/** @returns refused when the state has no place of its own there; undefined when it has */
async function openPlace(
  { device, offset, slots }: Pick<StoreConfig, 'device' | 'offset' | 'slots'>,
  length: number,
  disk: Disk,
) {
  const refused = await checkWritable(device, 'backEnd.device');
  if (refused !== undefined) return { refused };
  for (const slot of ['a', 'b'] as const) {
    if (!(await isSamePlace(device, slots[slot]))) continue;
    const because = `${device} is also slot ${slot}: an update would overwrite the state of the boot loader.`;
    return { refused: refuse('config-invalid', because, { field: 'backEnd.device' }) };
  }
  if ((await disk.readPart(device, offset, length)).length === length) return undefined;
  const because = `${device} has no ${length} bytes at ${offset}.`;
  return { refused: refuse('config-invalid', because, { field: 'backEnd.offset' }) };
}
