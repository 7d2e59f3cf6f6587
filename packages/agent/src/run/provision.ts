/** A device as it leaves the factory: slot a holds confirmed firmware, b is empty. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { TargetCustom } from '@tuesday/protocol';
import { initialJournal } from '../core/journal.ts';
import { ProcessSlots } from '../slots/process-slots.ts';
import { DeviceStorage } from '../storage/device-storage.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { removeFile, writeWhole } from '../storage/whole-file.ts';

/** A device that is provisioned already is left as it is; a provisioning that was cut is done again. */
export async function provision(
  folder: string,
  facts: TargetCustom,
  bundle: Buffer,
  disk: Disk = realDisk,
): Promise<void> {
  const storage = new DeviceStorage(folder, disk);
  await storage.open();
  if ((await storage.readControl()) !== undefined) return;
  const file = join(folder, 'factory.bundle');
  await writeWhole(file, bundle, disk);
  const sha256 = createHash('sha256').update(bundle).digest('hex');
  const written = await new ProcessSlots(folder, disk).write('a', file, {
    length: bundle.length,
    sha256,
    custom: facts,
  });
  if ('refused' in written) throw new Error(`the factory firmware is not usable: ${written.refused.because}`);
  await removeFile(file, disk);
  await storage.writeJournal(initialJournal(facts));
  await storage.writeControl({ defaultSlot: 'a', trialSlot: null, attempts: 0 });
}
