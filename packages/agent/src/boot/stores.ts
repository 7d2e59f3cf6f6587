/** The boot loaders of whole machines: one schema and one opening each. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type OrRefused, type Refusal, refuse, type SlotName } from '@tuesday/protocol';
import * as z from 'zod';
import type { Disk } from '../storage/disk.ts';
import { parseEntryName } from './boot-entries.ts';
import { checkFolder, checkWritable, isSamePlace } from './check-place.ts';
import type { ControlStore } from './control-store.ts';
import { loaderVariable } from './efi-variables.ts';
import { grubEnvironment } from './grub-env.ts';
import { devicePath, machineFields } from './machine-config.ts';
import { EntriesStore } from './systemd-boot.ts';
import { readDefaults } from './uboot-env-block.ts';
import { ubootEnvironment } from './uboot-env.ts';
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
type Slots = StoreConfig['slots'];

/**
 * @param booted the slot that runs
 * @returns refused `config-invalid`, with the field
 */
export async function openStore(
  config: StoreConfig,
  booted: SlotName,
  disk: Disk,
): Promise<OrRefused<{ store: ControlStore }>> {
  switch (config.kind) {
    case 'u-boot-sector': {
      const refused = await checkState(config, SECTOR, 'backEnd', config.slots, disk);
      return refused ? { refused } : { store: ubootSector(config.device, config.offset, disk) };
    }
    case 'u-boot-environment':
      return openEnvironment(config, disk);
    case 'grub': {
      const { grubenv } = config;
      const missing = await checkFolder(dirname(grubenv), 'backEnd.grubenv');
      return missing ? { refused: missing } : { store: grubEnvironment(grubenv, disk) };
    }
    case 'systemd-boot':
      return openEntries(config, booted, disk);
  }
}

async function openEnvironment(
  { copies, size, defaults, slots }: z.infer<typeof ubootEnvironmentSchema>,
  disk: Disk,
): Promise<OrRefused<{ store: ControlStore }>> {
  for (const [index, copy] of copies.entries()) {
    const refused = await checkState(copy, size, `backEnd.copies.${index}`, slots, disk);
    if (refused) return { refused };
  }
  const [first, second] = copies;
  if (first && second && (await overlap(first, second, size))) {
    const because = `the second copy at ${second.offset} lies over the first, which has ${size} bytes at ${first.offset}.`;
    return { refused: refuse('config-invalid', because, { field: 'backEnd.copies.1' }) };
  }
  const field = 'backEnd.defaults';
  const text = await readFile(defaults, 'latin1').catch((error: unknown) => error as Error);
  if (text instanceof Error) return { refused: refuse('config-invalid', text.message, { field }) };
  const words = readDefaults(text);
  if (!words.has('bootcmd')) {
    const because = `${defaults} has no bootcmd: an environment made of it would boot nothing.`;
    return { refused: refuse('config-invalid', because, { field }) };
  }
  return { store: ubootEnvironment({ copies, size, defaults: words }, disk) };
}

interface Place {
  readonly device: string;
  readonly offset: number;
}

async function overlap(one: Place, other: Place, size: number): Promise<boolean> {
  return Math.abs(one.offset - other.offset) < size && (await isSamePlace(one.device, other.device));
}

/** @returns undefined when the state has a place of its own there */
async function checkState(
  { device, offset }: Place,
  length: number,
  field: string,
  slots: Slots,
  disk: Disk,
): Promise<Refusal | undefined> {
  const unusable = await checkWritable(device, `${field}.device`);
  if (unusable !== undefined) return unusable;
  for (const slot of ['a', 'b'] as const) {
    if (!(await isSamePlace(device, slots[slot]))) continue;
    const because = `${device} is also slot ${slot}: an update would overwrite the state of the boot loader.`;
    return refuse('config-invalid', because, { field: `${field}.device` });
  }
  if ((await disk.readPart(device, offset, length)).length === length) return undefined;
  return refuse('config-invalid', `${device} has no ${length} bytes at ${offset}.`, {
    field: `${field}.offset`,
  });
}

async function openEntries(
  { entries, prefix, lines, efivars }: z.infer<typeof systemdBootSchema>,
  booted: SlotName,
  disk: Disk,
): Promise<OrRefused<{ store: ControlStore }>> {
  const missing = await checkFolder(entries, 'backEnd.entries');
  if (missing) return { refused: missing };
  const bad = (['a', 'b'] as const).find(
    (slot) => !lines[slot].some((each) => /^(?:linux|efi|uki)\s/.test(each)),
  );
  if (bad !== undefined) {
    const because = `the entry of slot ${bad} has no efi and no linux line, so that nothing would boot.`;
    return { refused: refuse('config-invalid', because, { field: `backEnd.lines.${bad}` }) };
  }
  const refused =
    (await checkSelected(efivars, prefix, booted)) ??
    (await checkDefault(efivars, join(dirname(entries), 'loader.conf'), prefix));
  return refused
    ? { refused }
    : { store: new EntriesStore({ folder: entries, prefix, lines, booted }, disk) };
}

/** What systemd-boot says it started has to be what the kernel's command line says. */
async function checkSelected(
  efivars: string,
  prefix: string,
  booted: SlotName,
): Promise<Refusal | undefined> {
  const selected = await loaderVariable(efivars, 'LoaderEntrySelected');
  const slot = selected && parseEntryName(selected.toLowerCase(), prefix)?.slot;
  if (!slot || slot === booted) return undefined;
  const because = `systemd-boot started ${selected}, whose command line says tuesday.slot=${booted}.`;
  return refuse('config-invalid', because, { field: `backEnd.lines.${slot}` });
}

/** A default that somebody set beats the order of the entries, and with it the count. */
async function checkDefault(efivars: string, file: string, prefix: string): Promise<Refusal | undefined> {
  const pattern = `${prefix}-*`;
  const chosen = await loaderVariable(efivars, 'LoaderEntryDefault');
  if (chosen !== undefined && chosen !== '' && chosen !== pattern) {
    const because = `the EFI variable LoaderEntryDefault says ${chosen}, so that no other entry is ever tried.`;
    return refuse('config-invalid', because, { field: 'backEnd.efivars', try: "bootctl set-default ''" });
  }
  const text = await readFile(file, 'utf8').catch(() => '');
  const named = /^default[ \t]+(.*\S)/m.exec(text)?.[1];
  if (named === undefined || named === pattern) return undefined;
  const because = `${file} says default ${named}, so that no other entry is ever tried; it has to say ${pattern}.`;
  return refuse('config-invalid', because, { field: 'backEnd.entries' });
}
