/**
 * Two slots as folders, `slot-a` and `slot-b`: `app.mjs` is the program, `label.json` the signed facts of it.
 * The label is removed before the first byte is written and comes back last, so a slot with a label is whole.
 */
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
import { type Disk, realDisk } from '../storage/disk.ts';
import { copyInto, digestOf, shortDigest } from '../storage/stream-copy.ts';
import { readJson, removeFile, writeWhole } from '../storage/whole-file.ts';
import { BUNDLE_HEADER_LIMIT, readBundleHeader } from './bundle.ts';
import type { SlotContent, SlotPort } from './slot-port.ts';

/** The signed facts, and what the slot was written with. */
const contentSchema = z.looseObject({
  artifact: z.object({ length: z.int().min(1), sha256: sha256Schema }),
});

function labelOf({ custom, length, sha256 }: SignedTarget): TargetCustom {
  return { ...custom, artifact: { length, sha256 } };
}

export class ProcessSlots implements SlotPort {
  readonly #folder: string;
  readonly #disk: Disk;

  /** @param folder of the device; the slots are made in it */
  constructor(folder: string, disk: Disk = realDisk) {
    this.#folder = folder;
    this.#disk = disk;
  }

  /** The file that is started. */
  program(slot: SlotName): string {
    return join(this.#slot(slot), 'app.mjs');
  }

  async write(
    slot: SlotName,
    bundle: string,
    signed: SignedTarget,
    signal?: AbortSignal,
  ): Promise<OrRefused<{ written: true }>> {
    await this.#disk.makeFolder(this.#slot(slot));
    await this.markBad(slot);
    const mismatch = await judgeHeader(this.#disk, bundle, signed.custom);
    if (mismatch !== undefined) return { refused: mismatch };
    signal?.throwIfAborted();
    const program = this.program(slot);
    await this.#copy(bundle, program, signal);
    await this.#disk.syncFolder(this.#slot(slot));
    signal?.throwIfAborted();
    const digest = await digestOf(program, this.#disk);
    if (digest !== signed.sha256) {
      const because = `slot ${slot} reads back as ${shortDigest(digest)}, signed is ${shortDigest(signed.sha256)}.`;
      return { refused: refuse('wrong-digest', because) };
    }
    await writeWhole(this.#label(slot), JSON.stringify(labelOf(signed)), this.#disk);
    return { written: true };
  }

  /** Takes the label away, durably. */
  markBad(slot: SlotName): Promise<void> {
    return removeFile(this.#label(slot), this.#disk);
  }

  async found(): Promise<Record<SlotName, TargetCustom | null>> {
    const [a, b] = await Promise.all([this.#labelOf('a'), this.#labelOf('b')]);
    return { a, b };
  }

  async #labelOf(slot: SlotName): Promise<TargetCustom | null> {
    const label = targetCustomSchema.safeParse(await readJson(this.#label(slot), this.#disk));
    if (!label.success || (await this.#disk.size(this.program(slot))) === undefined) return null;
    const { artifact: _, ...custom } = label.data;
    return custom;
  }

  async content(slot: SlotName): Promise<SlotContent | undefined> {
    const label = contentSchema.safeParse(await readJson(this.#label(slot), this.#disk));
    return label.success ? { ...label.data.artifact, path: this.program(slot) } : undefined;
  }

  async #copy(from: string, to: string, signal?: AbortSignal): Promise<void> {
    await using file = await this.#disk.create(to);
    await copyInto(file, from, this.#disk, signal);
  }

  #slot(slot: SlotName): string {
    return join(this.#folder, `slot-${slot}`);
  }

  #label(slot: SlotName): string {
    return join(this.#slot(slot), 'label.json');
  }
}

/** The digest has been checked; this catches a bundle that was signed under a wrong name. */
async function judgeHeader(disk: Disk, bundle: string, custom: TargetCustom) {
  const header = readBundleHeader(await disk.readPart(bundle, 0, BUNDLE_HEADER_LIMIT));
  if (header === undefined)
    return refuse('stage-failed', 'the artifact is not a bundle of this device type.');
  if (header.hardware !== custom.hardware) {
    return refuse('wrong-hardware', `the bundle is for ${header.hardware}, signed as ${custom.hardware}.`);
  }
  if (header.version !== custom.version) {
    return refuse('offer-invalid', `the bundle says ${header.version}, signed as ${custom.version}.`);
  }
  return undefined;
}
