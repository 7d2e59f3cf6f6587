/**
 * Two slots as folders, `slot-a` and `slot-b`: `app.mjs` is the program, `label.json` the signed facts of it.
 * The label is removed before the first byte is written and comes back last, so a slot with a label is whole.
 */
import { createReadStream } from 'node:fs';
import { access, copyFile, mkdir, open } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  type OrRefused,
  refuse,
  type SlotName,
  type TargetCustom,
  targetCustomSchema,
} from '@tuesday/protocol';
import type { SignedTarget } from '../core/journal.ts';
import { readJson, removeFile, syncFolder, writeWhole } from '../storage/whole-file.ts';
import { BUNDLE_HEADER_LIMIT, readBundleHeader } from './bundle.ts';

export class ProcessSlots {
  readonly #folder: string;

  /** @param folder of the device; the slots are made in it */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The file that is started. */
  program(slot: SlotName): string {
    return join(this.#slot(slot), 'app.mjs');
  }

  /**
   * Writes a bundle to a slot and reads it back against the signed digest.
   *
   * @param bundle file with the downloaded bytes
   * @returns refused `wrong-hardware`, `offer-invalid`, `stage-failed` or `wrong-digest`; the slot is bad then
   * @throws what the file system throws (a full disk, for instance); the slot is bad then
   */
  async write(
    slot: SlotName,
    bundle: string,
    signed: SignedTarget,
    signal?: AbortSignal,
  ): Promise<OrRefused<{ written: true }>> {
    await mkdir(this.#slot(slot), { recursive: true });
    await this.markBad(slot);
    const mismatch = await judgeHeader(bundle, signed.custom);
    if (mismatch !== undefined) return { refused: mismatch };
    signal?.throwIfAborted();
    const program = this.program(slot);
    await copyFile(bundle, program);
    await flush(program);
    await syncFolder(this.#slot(slot));
    signal?.throwIfAborted();
    const digest = await digestOf(program);
    if (digest !== signed.sha256) {
      const because = `slot ${slot} reads back as ${digest.slice(0, 12)}…, signed is ${signed.sha256.slice(0, 12)}….`;
      return { refused: refuse('wrong-digest', because) };
    }
    await writeWhole(this.#label(slot), JSON.stringify(signed.custom));
    return { written: true };
  }

  /** Takes the label away, durably. */
  markBad(slot: SlotName): Promise<void> {
    return removeFile(this.#label(slot));
  }

  /** The labels of slots that are whole. */
  async found(): Promise<Record<SlotName, TargetCustom | null>> {
    const [a, b] = await Promise.all([this.#labelOf('a'), this.#labelOf('b')]);
    return { a, b };
  }

  async #labelOf(slot: SlotName): Promise<TargetCustom | null> {
    const label = targetCustomSchema.safeParse(await readJson(this.#label(slot)));
    if (!label.success) return null;
    try {
      await access(this.program(slot));
      return label.data;
    } catch {
      return null;
    }
  }

  #slot(slot: SlotName): string {
    return join(this.#folder, `slot-${slot}`);
  }

  #label(slot: SlotName): string {
    return join(this.#slot(slot), 'label.json');
  }
}

/** The digest has been checked; this catches a bundle that was signed under a wrong name. */
async function judgeHeader(bundle: string, custom: TargetCustom) {
  await using handle = await open(bundle, 'r');
  const start = Buffer.alloc(BUNDLE_HEADER_LIMIT);
  const { bytesRead } = await handle.read(start, 0, start.length, 0);
  const header = readBundleHeader(start.subarray(0, bytesRead));
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

async function flush(file: string): Promise<void> {
  await using handle = await open(file, 'r+');
  await handle.sync();
}

/** SHA-256 of a file, hex. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
