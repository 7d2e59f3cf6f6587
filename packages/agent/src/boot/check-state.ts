/** Whether the state of a boot loader has a place of its own. */
import { type Refusal, refuse, type SlotName } from '@tuesday/protocol';
import type { Disk } from '../storage/disk.ts';
import { checkWritable, isSamePlace } from './check-place.ts';

/** Bytes from the start of a block device or file. */
export interface Place {
  readonly device: string;
  readonly offset: number;
}

export async function overlap(one: Place, other: Place, size: number): Promise<boolean> {
  return Math.abs(one.offset - other.offset) < size && (await isSamePlace(one.device, other.device));
}

/** @returns undefined when the state has a place of its own there */
export async function checkState(
  { device, offset }: Place,
  length: number,
  field: string,
  slots: Readonly<Record<SlotName, string>>,
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
