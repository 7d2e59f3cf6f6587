/**
 * What the agent remembers of a trial where the boot loader cannot be asked: an installer says which slot boots next,
 * not whether that is a trial, nor how many boots it has had.
 */
import { join } from 'node:path';
import { slotNameSchema } from '@tuesday/protocol';
import * as z from 'zod';
import type { Disk } from '../storage/disk.ts';
import { readJson, writeWhole } from '../storage/whole-file.ts';

const trialRecordSchema = z.object({
  record: z.literal(1),
  defaultSlot: slotNameSchema,
  trialSlot: slotNameSchema.nullable(),
  /** Boots of the trial that reached the agent. */
  attempts: z.int().min(0),
  /** The installer was told to boot the trial slot. */
  begun: z.boolean(),
  /** The boot that was counted last, as the kernel names it. */
  bootId: z.string().optional(),
});
export type TrialRecord = z.infer<typeof trialRecordSchema>;

export class TrialRecordFile {
  readonly #file: string;
  readonly #disk: Disk;

  /** @param folder of the agent */
  constructor(folder: string, disk: Disk) {
    this.#file = join(folder, 'trial.json');
    this.#disk = disk;
  }

  /** @returns undefined when there is none, or none that makes sense */
  async read(): Promise<TrialRecord | undefined> {
    return trialRecordSchema.safeParse(await readJson(this.#file, this.#disk)).data;
  }

  /** Durable when it resolves. */
  write(record: Omit<TrialRecord, 'record'>): Promise<void> {
    return writeWhole(this.#file, JSON.stringify({ record: 1, ...record }), this.#disk);
  }
}
