/**
 * Two slots for the agent's own executable: `slot-a/agent` and `slot-b/agent`, each with a label that is
 * removed before the first byte is written and comes back last.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  type OrRefused,
  refuse,
  sha256Schema,
  type SlotName,
  type TargetCustom,
  targetCustomSchema,
} from '@tuesday/protocol';
import * as z from 'zod';
import type { SignedTarget } from '../core/journal.ts';
import type { SlotContent, SlotPort } from '../slots/slot-port.ts';
import type { Disk } from '../storage/disk.ts';
import { readJson, removeFile, writeWhole } from '../storage/whole-file.ts';

const labelSchema = z.object({
  custom: targetCustomSchema,
  artifact: z.object({ length: z.int().min(1), sha256: sha256Schema }),
});
type Label = z.infer<typeof labelSchema>;

export class AgentSlots implements SlotPort {
  readonly #folder: string;
  readonly #disk: Disk;

  /** @param folder of the agent's own update; the slots are made in it */
  constructor(folder: string, disk: Disk) {
    this.#folder = folder;
    this.#disk = disk;
  }

  /** The file that the launcher starts. */
  executable(slot: SlotName): string {
    return join(this.#slot(slot), 'agent');
  }

  async write(
    slot: SlotName,
    artifact: string,
    signed: SignedTarget,
    signal?: AbortSignal,
  ): Promise<OrRefused<{ written: true }>> {
    await this.#disk.makeFolder(this.#slot(slot));
    await this.markBad(slot);
    await this.#copy(artifact, this.executable(slot), signal);
    const digest = await this.#digest(slot);
    if (digest !== signed.sha256) {
      const because = `slot ${slot} of the agent reads back as ${digest.slice(0, 12)}…, signed is ${signed.sha256.slice(0, 12)}….`;
      return { refused: refuse('wrong-digest', because) };
    }
    const { custom, length, sha256 } = signed;
    const label: Label = { custom, artifact: { length, sha256 } };
    await writeWhole(this.#label(slot), JSON.stringify(label), this.#disk);
    return { written: true };
  }

  markBad(slot: SlotName): Promise<void> {
    return removeFile(this.#label(slot), this.#disk);
  }

  async found(): Promise<Record<SlotName, TargetCustom | null>> {
    const [a, b] = await Promise.all([this.#read('a'), this.#read('b')]);
    return { a: a?.custom ?? null, b: b?.custom ?? null };
  }

  async content(slot: SlotName): Promise<SlotContent | undefined> {
    const label = await this.#read(slot);
    return label === undefined ? undefined : { ...label.artifact, path: this.executable(slot) };
  }

  async #read(slot: SlotName): Promise<Label | undefined> {
    const label = labelSchema.safeParse(await readJson(this.#label(slot), this.#disk));
    if (!label.success) return undefined;
    const size = await this.#disk.size(this.executable(slot));
    return size === label.data.artifact.length ? label.data : undefined;
  }

  async #copy(from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
    await using file = await this.#disk.create(to);
    let at = 0;
    for await (const chunk of this.#disk.stream(from)) {
      signal?.throwIfAborted();
      await file.write(chunk, at);
      at += chunk.length;
    }
    await file.sync();
    await this.#disk.syncFolder(join(to, '..'));
  }

  async #digest(slot: SlotName): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of this.#disk.stream(this.executable(slot))) hash.update(chunk);
    return hash.digest('hex');
  }

  #slot(slot: SlotName): string {
    return join(this.#folder, `slot-${slot}`);
  }

  #label(slot: SlotName): string {
    return join(this.#slot(slot), 'label.json');
  }
}
