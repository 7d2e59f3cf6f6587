/** What every back-end for a whole machine is told: its two slots, and how the machine is known and restarted. */
import { type BigIntStats, constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { type OrRefused, refuse, type SlotName } from '@tuesday/protocol';
import * as z from 'zod';
import { runningSlot } from './running-slot.ts';

const path = z.string().startsWith('/', 'must be an absolute path');

export const machineFields = {
  /** Block devices or files that hold the two slots. */
  slots: z.strictObject({ a: path, b: path }),
  /** File with the kernel's command line, in which the boot loader says `tuesday.slot=a`. */
  cmdline: path.default('/proc/cmdline'),
  /** Command and arguments that restart the machine. */
  reboot: z.array(z.string().min(1)).min(1).default(['reboot', '-f']),
  /** Program that is started as the firmware, in the file system of the slot that runs: an ES module. */
  program: path.optional(),
  /** File in which the machine's own start says why it started: one word of `ResetReason`. */
  resetReason: path.optional(),
};
export const devicePath = path;

const machineSchema = z.object(machineFields);
type MachineConfig = z.infer<typeof machineSchema>;

/**
 * Looks at everything before anything is written.
 *
 * @returns the slot that runs; refused `config-invalid` with the field, when the spare slot could not be written or
 *   could be the one that runs
 */
export async function checkMachine(config: MachineConfig): Promise<OrRefused<{ slot: SlotName }>> {
  for (const slot of ['a', 'b'] as const) {
    const refused = await checkWritable(config.slots[slot], `backEnd.slots.${slot}`);
    if (refused !== undefined) return { refused };
  }
  if (await isSamePlace(config.slots.a, config.slots.b)) {
    const because = `${config.slots.b} is the same place as slot a, ${config.slots.a}: an update would overwrite what runs.`;
    return { refused: refuse('config-invalid', because, { field: 'backEnd.slots.b' }) };
  }
  return runningSlot(config.cmdline);
}

/** @returns undefined when bytes can be written there */
export async function checkWritable(place: string, field: string) {
  try {
    const found = await stat(place);
    if (!found.isBlockDevice() && !found.isFile()) {
      return refuse('config-invalid', `${place} is neither a block device nor a file.`, { field });
    }
    await access(place, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return refuse('config-invalid', `${place} cannot be used: ${(error as Error).message}.`, { field });
  }
}

/** Also through links, other names of a device, and second names of a file. */
export async function isSamePlace(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map((place) => stat(place, { bigint: true })));
  return first !== undefined && second !== undefined && identity(first) === identity(second);
}

function identity(found: BigIntStats): string {
  return found.isBlockDevice() ? `device ${found.rdev}` : `file ${found.dev} ${found.ino}`;
}
