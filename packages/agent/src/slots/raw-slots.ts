/** Two slots that are partitions, or files: the artifact is the image, written from the first byte on. */
import { type OrRefused, refuse, type SlotName, type TargetCustom } from '@tuesday/protocol';
import type { SignedTarget } from '../core/journal.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { copyInto, digestOf, shortDigest } from '../storage/stream-copy.ts';
import { LabelFiles } from './label-files.ts';
import type { SlotContent, SlotPort } from './slot-port.ts';

export interface RawSlotsOptions {
  /** Block devices or files; they exist. */
  readonly paths: Readonly<Record<SlotName, string>>;
  /** The slot that runs; it is never written. */
  readonly booted: SlotName;
  /** The agent's own. */
  readonly folder: string;
}

export class RawSlots implements SlotPort {
  readonly #paths: Readonly<Record<SlotName, string>>;
  readonly #booted: SlotName;
  readonly #labels: LabelFiles;
  readonly #disk: Disk;

  constructor({ paths, booted, folder }: RawSlotsOptions, disk: Disk = realDisk) {
    this.#paths = paths;
    this.#booted = booted;
    this.#labels = new LabelFiles(folder, disk);
    this.#disk = disk;
  }

  async write(
    slot: SlotName,
    artifact: string,
    signed: SignedTarget,
    signal?: AbortSignal,
  ): Promise<OrRefused<{ written: true }>> {
    if (slot === this.#booted) {
      return { refused: refuse('stage-failed', `slot ${slot} runs now, and what runs is never written.`) };
    }
    const bytes = await this.#disk.size(artifact);
    if (bytes !== signed.length) {
      const because = `the artifact has ${bytes ?? 'no'} bytes, signed are ${signed.length}.`;
      return { refused: refuse('wrong-digest', because) };
    }
    if (!(await this.#holds(slot, signed.length))) {
      const because = `slot ${slot} (${this.#paths[slot]}) is smaller than the artifact of ${signed.length} bytes.`;
      return { refused: refuse('stage-failed', because) };
    }
    await this.markBad(slot);
    await this.#copy(artifact, slot, signal);
    return this.adopt(slot, signed, signal);
  }

  /**
   * Labels what a slot holds already, if it reads back as the signed bytes.
   *
   * @returns refused `wrong-digest`; the slot has no label then
   */
  async adopt(
    slot: SlotName,
    signed: SignedTarget,
    signal?: AbortSignal,
  ): Promise<OrRefused<{ written: true }>> {
    const digest = await digestOf(this.#paths[slot], this.#disk, { length: signed.length, signal });
    if (digest !== signed.sha256) {
      await this.#labels.remove(slot);
      const because = `slot ${slot} reads back as ${shortDigest(digest)}, signed is ${shortDigest(signed.sha256)}.`;
      return { refused: refuse('wrong-digest', because) };
    }
    await this.#labels.write(slot, signed);
    return { written: true };
  }

  async markBad(slot: SlotName): Promise<void> {
    if (slot === this.#booted) throw new Error(`slot ${slot} runs now, and what runs is never marked bad`);
    await this.#labels.remove(slot);
  }

  found(): Promise<Record<SlotName, TargetCustom | null>> {
    return this.#labels.found();
  }

  async content(slot: SlotName): Promise<SlotContent | undefined> {
    const label = await this.#labels.read(slot);
    return label && { length: label.length, sha256: label.sha256, path: this.#paths[slot] };
  }

  /** A file grows; a block device, whose size reads as 0 although it has bytes, does not. */
  async #holds(slot: SlotName, length: number): Promise<boolean> {
    const path = this.#paths[slot];
    const hasByte = async (at: number) => (await this.#disk.readPart(path, at, 1)).length === 1;
    const fixed = (await this.#disk.size(path)) === 0 && (await hasByte(0));
    return !fixed || hasByte(length - 1);
  }

  async #copy(artifact: string, slot: SlotName, signal?: AbortSignal): Promise<void> {
    await using file = await this.#disk.update(this.#paths[slot]);
    await copyInto(file, artifact, this.#disk, signal);
  }
}
