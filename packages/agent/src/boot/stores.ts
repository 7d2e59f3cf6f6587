/** The boot loaders of whole machines: one schema and one opening each. */
import { dirname } from 'node:path';
import type { OrRefused, SlotName } from '@tuesday/protocol';
import * as z from 'zod';
import type { Disk } from '../storage/disk.ts';
import { checkFolder } from './check-place.ts';
import { checkState } from './check-state.ts';
import type { ControlStore } from './control-store.ts';
import type { AlsoWords } from './control-words.ts';
import { grubEnvironment } from './grub-env.ts';
import { devicePath, machineFields } from './machine-config.ts';
import { openEntries } from './open-entries.ts';
import { openEnvironment } from './open-environment.ts';
import { SECTOR, ubootSector } from './uboot-sector.ts';

/** Bytes from the start of a device or file. */
const sectorOffset = z.int().min(0).multipleOf(SECTOR, 'must be a multiple of 512').default(0);
const place = z.strictObject({ device: devicePath, offset: sectorOffset });
const line = z.string().regex(/^[\x20-\x7e]+$/, 'must be one line');

const ubootSectorSchema = z.strictObject({
  kind: z.literal('u-boot-sector'),
  /** Block device or file with the state sector. */
  device: devicePath,
  offset: sectorOffset,
  ...machineFields,
});

const ubootEnvironmentSchema = z.strictObject({
  kind: z.literal('u-boot-environment'),
  /** One or two, as in `fw_env.config`. */
  copies: z.array(place).min(1).max(2),
  /** Bytes of one copy. */
  size: z.int().min(SECTOR).max(4_194_304),
  /** File with the words that U-Boot has built in, `name=value` lines (`u-boot-initial-env` of its build). */
  defaults: devicePath,
  ...machineFields,
});

const grubSchema = z.strictObject({
  kind: z.literal('grub'),
  /** The file `grubenv`. */
  grubenv: devicePath.default('/boot/grub/grubenv'),
  ...machineFields,
});

const systemdBootSchema = z.strictObject({
  kind: z.literal('systemd-boot'),
  /** `loader/entries` of the boot partition. */
  entries: devicePath,
  /** Names of the entries begin with it. */
  prefix: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,31}$/, 'must be lower-case letters and digits')
    .default('tuesday'),
  /** Lines of each entry without title, version and sort key. */
  lines: z.strictObject({ a: z.array(line).min(1), b: z.array(line).min(1) }),
  efivars: devicePath.default('/sys/firmware/efi/efivars'),
  ...machineFields,
});

export const storeSchemas = [
  ubootSectorSchema,
  ubootEnvironmentSchema,
  grubSchema,
  systemdBootSchema,
] as const;
export type StoreConfig = z.infer<(typeof storeSchemas)[number]>;

type Opened = Promise<OrRefused<{ store: ControlStore }>>;

/**
 * @param booted the slot that runs
 * @param also for the boot loaders that keep words of others (U-Boot's environment, GRUB)
 * @returns refused `config-invalid`, with the field
 */
export function openStore(config: StoreConfig, booted: SlotName, disk: Disk, also?: AlsoWords): Opened {
  if (config.kind === 'u-boot-sector') return openSector(config, disk);
  if (config.kind === 'u-boot-environment') return openEnvironment(config, disk, also);
  if (config.kind === 'grub') return openGrub(config, disk, also);
  return openEntries(config, booted, disk);
}

async function openSector(config: z.infer<typeof ubootSectorSchema>, disk: Disk): Opened {
  const refused = await checkState(config, SECTOR, 'backEnd', config.slots, disk);
  return refused ? { refused } : { store: ubootSector(config.device, config.offset, disk) };
}

async function openGrub({ grubenv }: z.infer<typeof grubSchema>, disk: Disk, also?: AlsoWords): Opened {
  const refused = await checkFolder(dirname(grubenv), 'backEnd.grubenv');
  return refused ? { refused } : { store: grubEnvironment(grubenv, disk, also) };
}
