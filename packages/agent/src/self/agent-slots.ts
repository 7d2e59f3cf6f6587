/**
 * Two slots for the agent's own executable: `slot-a/agent` and `slot-b/agent`, and beside them their labels, which
 * go before the first byte is written and come back last.
 */
import { join } from 'node:path';
import { type OrRefused, refuse, type SlotName, type TargetCustom } from '@tuesday/protocol';
import type { SignedTarget } from '../core/journal.ts';
import { LabelFiles } from '../slots/label-files.ts';
import type { SlotContent, SlotPort } from '../slots/slot-port.ts';
import type { Disk } from '../storage/disk.ts';
import { copyInto, digestOf, shortDigest } from '../storage/stream-copy.ts';

export class AgentSlots implements SlotPort {
  readonly #folder: string;
  readonly #disk: Disk;
  readonly #labels: LabelFiles;

  /** @param folder of the agent's own update; the slots are made in it */
  constructor(folder: string, disk: Disk) {
    this.#folder = folder;
    this.#disk = disk;
    this.#labels = new LabelFiles(folder, disk);
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
    await this.#copy(artifact, slot, signal);
    const digest = await digestOf(this.executable(slot), this.#disk, { signal });
    if (digest !== signed.sha256) {
      const because = `slot ${slot} of the agent reads back as ${shortDigest(digest)}, signed is ${shortDigest(signed.sha256)}.`;
      return { refused: refuse('wrong-digest', because) };
    }
    await this.#labels.write(slot, signed);
    return { written: true };
  }

  markBad(slot: SlotName): Promise<void> {
    return this.#labels.remove(slot);
  }

  async found(): Promise<Record<SlotName, TargetCustom | null>> {
    const [a, b] = await Promise.all([this.#whole('a'), this.#whole('b')]);
    return { a: a?.custom ?? null, b: b?.custom ?? null };
  }

  /** Reads all of the executable; `found` looks at its length alone. */
  async isIntact(slot: SlotName): Promise<boolean> {
    const label = await this.#whole(slot);
    return label !== undefined && (await digestOf(this.executable(slot), this.#disk)) === label.sha256;
  }

  async content(slot: SlotName): Promise<SlotContent | undefined> {
    const label = await this.#whole(slot);
    return label && { length: label.length, sha256: label.sha256, path: this.executable(slot) };
  }

  /** An executable that was cut short would be started again and again: its length is looked at each time. */
  async #whole(slot: SlotName): Promise<SignedTarget | undefined> {
    const label = await this.#labels.read(slot);
    const size = await this.#disk.size(this.executable(slot));
    return label !== undefined && size === label.length ? label : undefined;
  }

  async #copy(artifact: string, slot: SlotName, signal: AbortSignal | undefined): Promise<void> {
    await using file = await this.#disk.create(this.executable(slot));
    await copyInto(file, artifact, this.#disk, signal);
    await this.#disk.syncFolder(this.#slot(slot));
  }

  #slot(slot: SlotName): string {
    return join(this.#folder, `slot-${slot}`);
  }
}
