/** A device that RAUC installs on, as its configuration says. */
import { readFile } from 'node:fs/promises';
import { type OrRefused, refuse, type SlotName } from '@tuesday/protocol';
import * as z from 'zod';
import type { BackEnd } from '../boot/back-end.ts';
import { MachineBoot } from '../boot/machine-boot.ts';
import { devicePath, machineFields } from '../boot/machine-config.ts';
import type { DeviceStorage } from '../storage/device-storage.ts';
import type { Disk } from '../storage/disk.ts';
import { InstallerSlots } from './installer-slots.ts';
import { raucInstaller } from './rauc-installer.ts';
import { RaucStore } from './rauc-store.ts';
import { type RaucSlot, raucOn } from './rauc.ts';
import { TrialRecordFile } from './trial-record.ts';

export const raucSchema = z.strictObject({
  kind: z.literal('rauc'),
  /** `bootname` of the two slots in RAUC's system.conf. */
  bootnames: z.strictObject({ a: z.string().min(1), b: z.string().min(1) }),
  /** Address of the bus that RAUC is on, as in `DBUS_SYSTEM_BUS_ADDRESS`. */
  bus: z
    .string()
    .regex(/^(unix|tcp):\w+=/, 'must be the address of a bus, such as unix:path=/run/dbus/system_bus_socket')
    .default('unix:path=/run/dbus/system_bus_socket'),
  /** Boots that the boot loader gives a slot that RAUC made active; reported when it used them up by itself. */
  bootAttempts: z.int().min(1).max(99).default(3),
  /** An installation that takes longer is no longer waited for. */
  installWithinSeconds: z.int().min(1).max(86_400).default(1_800),
  /** File with a text that is another one after each boot. */
  bootId: devicePath.default('/proc/sys/kernel/random/boot_id'),
  reboot: machineFields.reboot,
});
type RaucConfig = z.infer<typeof raucSchema>;

/**
 * Asks RAUC, and changes nothing.
 *
 * @returns refused `config-invalid`, with the field
 * @throws Error when RAUC does not answer; it may later
 */
export async function openRauc(
  config: RaucConfig,
  storage: DeviceStorage,
  disk: Disk,
): Promise<OrRefused<BackEnd>> {
  const rauc = raucOn(config.bus);
  const known = await rauc.slots();
  const found = { a: named(known, config.bootnames.a), b: named(known, config.bootnames.b) };
  for (const slot of ['a', 'b'] as const) {
    if (found[slot] === undefined) return refusedName(slot, config.bootnames[slot], known);
  }
  const { a, b } = found as Record<SlotName, RaucSlot>;
  if (a.name === b.name) return refusedName('b', config.bootnames.b, known);
  if (a.booted === b.booted) {
    const because = `RAUC calls ${a.booted ? 'both' : 'neither'} of ${a.bootname} and ${b.bootname} booted; rauc.slot= on the kernel's command line says which one is.`;
    return { refused: refuse('config-invalid', because, { field: 'backEnd.bootnames' }) };
  }
  const bootId = await readFile(config.bootId, 'utf8').catch((error: unknown) => error as Error);
  if (bootId instanceof Error) {
    return { refused: refuse('config-invalid', bootId.message, { field: 'backEnd.bootId' }) };
  }
  const booted = a.booted ? 'a' : 'b';
  const names = { a: a.name, b: b.name };
  const record = new TrialRecordFile(storage.folder, disk);
  const { bootAttempts, installWithinSeconds, reboot } = config;
  const store = new RaucStore({ rauc, names, booted, record, bootAttempts, bootId: bootId.trim() });
  const installer = raucInstaller(rauc, names, installWithinSeconds * 1_000);
  const slots = new InstallerSlots({ installer, booted, folder: storage.folder }, disk);
  return {
    boot: new MachineBoot({ store, booted, reboot }),
    slots,
    adopt: (factory) => slots.adopt(factory, (booted === 'a' ? a : b).version),
  };
}

function named(slots: readonly RaucSlot[], bootname: string): RaucSlot | undefined {
  return slots.find((slot) => slot.bootname === bootname);
}

function refusedName(slot: SlotName, bootname: string, known: readonly RaucSlot[]): OrRefused<never> {
  const names = known.map((each) => each.bootname).join(', ') || 'none';
  const because = `RAUC has no other slot with bootname ${bootname}; it has ${names}.`;
  return { refused: refuse('config-invalid', because, { field: `backEnd.bootnames.${slot}` }) };
}
