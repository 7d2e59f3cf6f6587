/** A device as it leaves the factory: slot a holds confirmed firmware, b is empty. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { TargetCustom } from '@tuesday/protocol';
import { initialJournal } from '../core/journal.ts';
import { ProcessSlots } from '../slots/process-slots.ts';
import { DeviceStorage } from '../storage/device-storage.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { removeFile, writeWhole } from '../storage/whole-file.ts';

/**
 * A device that is provisioned already is left as it is, also when it has lost part of its memory since: it is
 * never put back to what left the factory. A provisioning that was cut is done again.
 */
export async function provision(
  folder: string,
  facts: TargetCustom,
  bundle: Buffer,
  disk: Disk = realDisk,
): Promise<void> {
  const storage = new DeviceStorage(folder, disk);
  await storage.open();
  const slots = new ProcessSlots(folder, disk);
  if (await isProvisioned(folder, facts, disk)) return;
  const file = join(folder, 'factory.bundle');
  await writeWhole(file, bundle, disk);
  const sha256 = createHash('sha256').update(bundle).digest('hex');
  const written = await slots.write('a', file, {
    length: bundle.length,
    sha256,
    custom: facts,
  });
  if ('refused' in written) throw new Error(`the factory firmware is not usable: ${written.refused.because}`);
  await removeFile(file, disk);
  await storage.writeJournal(initialJournal(facts));
  await storage.writeControl({ defaultSlot: 'a', trialSlot: null, attempts: 0 });
}

/** The journal is written after the slot; what else is whole came later. */
export async function isProvisioned(
  folder: string,
  facts: TargetCustom,
  disk: Disk = realDisk,
): Promise<boolean> {
  const storage = new DeviceStorage(folder, disk);
  if ((await storage.readControl()) !== undefined || (await storage.readJournal()) !== undefined) return true;
  const { a, b } = await new ProcessSlots(folder, disk).found();
  return b !== null || (a !== null && a.version !== facts.version);
}
