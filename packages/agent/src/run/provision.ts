/** A device as it leaves the factory: slot a holds confirmed firmware, b is empty. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TargetCustom } from '@tuesday/protocol';
import { initialJournal } from '../core/journal.ts';
import { ProcessSlots } from '../slots/process-slots.ts';
import { DeviceStorage } from '../storage/device-storage.ts';
import { removeFile } from '../storage/whole-file.ts';

/** A device that is provisioned already is left as it is; a provisioning that was cut is done again. */
export async function provision(folder: string, facts: TargetCustom, bundle: Buffer): Promise<void> {
  const storage = new DeviceStorage(folder);
  await storage.open();
  if ((await storage.readControl()) !== undefined) return;
  const file = join(folder, 'factory.bundle');
  await writeFile(file, bundle);
  const sha256 = createHash('sha256').update(bundle).digest('hex');
  const written = await new ProcessSlots(folder).write('a', file, {
    length: bundle.length,
    sha256,
    custom: facts,
  });
  if ('refused' in written) throw new Error(`the factory firmware is not usable: ${written.refused.because}`);
  await removeFile(file);
  await storage.writeJournal(initialJournal(facts));
  await storage.writeControl({ defaultSlot: 'a', trialSlot: null, attempts: 0 });
}
