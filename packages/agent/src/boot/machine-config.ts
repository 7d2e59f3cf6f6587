/** What every back-end for a whole machine is told: its two slots, and how the machine is known and restarted. */
import { type OrRefused, refuse, type SlotName } from '@tuesday/protocol';
import * as z from 'zod';
import { checkWritable, isSamePlace, mountedAt } from './check-place.ts';
import { otherSlot } from '../core/journal.ts';
import { runningSlot } from './running-slot.ts';

const path = z.string().startsWith('/', 'must be an absolute path');

export const machineFields = {
  /** Block devices or files that hold the two slots. */
  slots: z.strictObject({ a: path, b: path }),
  /** File with the kernel's command line, in which the boot loader says `tuesday.slot=a`. */
  cmdline: path.default('/proc/cmdline'),
  /** Command and arguments that restart the machine. */
  reboot: z.array(z.string().min(1)).min(1).default(['reboot', '-f']),
  /** Program that is started as the firmware, in the file system of the slot that runs. */
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
export async function checkMachine(
  config: MachineConfig,
  mounts = '/proc/self/mountinfo',
): Promise<OrRefused<{ slot: SlotName }>> {
  for (const slot of ['a', 'b'] as const) {
    const refused = await checkWritable(config.slots[slot], `backEnd.slots.${slot}`);
    if (refused !== undefined) return { refused };
  }
  if (await isSamePlace(config.slots.a, config.slots.b)) {
    const because = `${config.slots.b} is the same place as slot a, ${config.slots.a}: an update would overwrite what runs.`;
    return { refused: refuse('config-invalid', because, { field: 'backEnd.slots.b' }) };
  }
  const running = await runningSlot(config.cmdline);
  if ('refused' in running) return running;
  const spare = otherSlot(running.slot);
  const where = await mountedAt(config.slots[spare], mounts);
  if (where === undefined) return running;
  const because = `slot ${running.slot} runs, but slot ${spare} (${config.slots[spare]}) is mounted at ${where}: it is in use.`;
  return { refused: refuse('config-invalid', because, { field: `backEnd.slots.${spare}` }) };
}
