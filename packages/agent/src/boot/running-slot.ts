/** Which slot the boot loader started: it says so on the kernel's command line, `tuesday.slot=a`. */
import { readFile } from 'node:fs/promises';
import { type OrRefused, refuse, type SlotName, slotNameSchema } from '@tuesday/protocol';

/**
 * @param cmdline file with the kernel's command line
 * @returns refused `config-invalid` when it names no slot, or cannot be read
 */
export async function runningSlot(cmdline: string): Promise<OrRefused<{ slot: SlotName }>> {
  const text = await readFile(cmdline, 'utf8').catch((error: unknown) => error as Error);
  const field = 'backEnd.cmdline';
  if (text instanceof Error) return { refused: refuse('config-invalid', text.message, { field }) };
  // The last one counts, as for the kernel's own parameters.
  const word = text.split(/\s+/).findLast((part) => part.startsWith('tuesday.slot='));
  const slot = slotNameSchema.safeParse(word?.slice('tuesday.slot='.length));
  if (slot.success) return { slot: slot.data };
  const because = `${cmdline} says ${word ?? 'nothing about tuesday.slot'}; the boot script has to pass tuesday.slot=a or =b.`;
  return { refused: refuse('config-invalid', because, { field }) };
}
