/**
 * Labels of slots that cannot carry one themselves: one file each in the agent's folder. A label holds the signed
 * facts and what the slot was written with. It goes before the first byte is written and comes back last.
 */
import { join } from 'node:path';
import { sha256Schema, type SlotName, type TargetCustom, targetCustomSchema } from '@tuesday/protocol';
import * as z from 'zod';
import type { SignedTarget } from '../core/journal.ts';
import type { Disk } from '../storage/disk.ts';
import { readJson, removeFile, writeWhole } from '../storage/whole-file.ts';

const labelSchema = z.object({
  label: z.literal(1),
  length: z.int().min(1),
  sha256: sha256Schema,
  custom: targetCustomSchema,
});

export class LabelFiles {
  readonly #folder: string;
  readonly #disk: Disk;

  /** @param folder of the agent; outside of both slots */
  constructor(folder: string, disk: Disk) {
    this.#folder = folder;
    this.#disk = disk;
  }

  /** Durable when it resolves. */
  remove(slot: SlotName): Promise<void> {
    return removeFile(this.#file(slot), this.#disk);
  }

  /** Durable when it resolves. */
  write(slot: SlotName, { length, sha256, custom }: SignedTarget): Promise<void> {
    return writeWhole(this.#file(slot), JSON.stringify({ label: 1, length, sha256, custom }), this.#disk);
  }

  /** @returns undefined when the slot is not whole */
  async read(slot: SlotName): Promise<SignedTarget | undefined> {
    return labelSchema.safeParse(await readJson(this.#file(slot), this.#disk)).data;
  }

  async found(): Promise<Record<SlotName, TargetCustom | null>> {
    const [a, b] = await Promise.all([this.read('a'), this.read('b')]);
    return { a: a?.custom ?? null, b: b?.custom ?? null };
  }

  #file(slot: SlotName): string {
    return join(this.#folder, `slot-${slot}.json`);
  }
}
