/**
 * Two slots that somebody else writes: an installer, from a bundle of its own format. The agent hands over what it
 * has verified, and keeps the labels.
 */
import { resolve } from 'node:path';
import { type OrRefused, type Refusal, refuse, type SlotName, type TargetCustom } from '@tuesday/protocol';
import type { SignedTarget } from '../core/journal.ts';
import { LabelFiles } from '../slots/label-files.ts';
import type { SlotContent, SlotPort } from '../slots/slot-port.ts';
import type { Disk } from '../storage/disk.ts';
import { digestOf, shortDigest } from '../storage/stream-copy.ts';

/** What differs between installers. */
export interface Installer {
  /**
   * Writes the bundle to the slot, which is not the one that runs.
   *
   * @param bundle its absolute path: the installer works elsewhere
   * @returns the refusal, when the installer said no
   * @throws Error when its end could not be waited for, or when it cannot be reached: another time it may work
   */
  install(slot: SlotName, bundle: string, signal?: AbortSignal): Promise<Refusal | undefined>;
  /** The slot is not to boot. Durable when it resolves. */
  markBad?(slot: SlotName): Promise<void>;
}

export interface InstallerSlotsOptions {
  readonly installer: Installer;
  /** The slot that runs; it is never written. */
  readonly booted: SlotName;
  /** The agent's own. */
  readonly folder: string;
}

export class InstallerSlots implements SlotPort {
  readonly #installer: Installer;
  readonly #booted: SlotName;
  readonly #labels: LabelFiles;
  readonly #disk: Disk;

  constructor({ installer, booted, folder }: InstallerSlotsOptions, disk: Disk) {
    this.#installer = installer;
    this.#booted = booted;
    this.#labels = new LabelFiles(folder, disk);
    this.#disk = disk;
  }

  /** The digest is looked at once more before the installer gets the file; what the slot then holds it verifies. */
  async write(
    slot: SlotName,
    artifact: string,
    signed: SignedTarget,
    signal?: AbortSignal,
  ): Promise<OrRefused<{ written: true }>> {
    if (slot === this.#booted) {
      return { refused: refuse('stage-failed', `slot ${slot} runs now, and what runs is never written.`) };
    }
    const digest = await digestOf(artifact, this.#disk, { signal });
    if (digest !== signed.sha256) {
      const because = `the artifact reads as ${shortDigest(digest)}, signed is ${shortDigest(signed.sha256)}.`;
      return { refused: refuse('wrong-digest', because) };
    }
    await this.#labels.remove(slot);
    const refused = await this.#installer.install(slot, resolve(artifact), signal);
    if (refused !== undefined) return { refused };
    await this.#labels.write(slot, signed);
    return { written: true };
  }

  async markBad(slot: SlotName): Promise<void> {
    if (slot === this.#booted) throw new Error(`slot ${slot} runs now, and what runs is never marked bad`);
    await this.#labels.remove(slot);
    await this.#installer.markBad?.(slot);
  }

  found(): Promise<Record<SlotName, TargetCustom | null>> {
    return this.#labels.found();
  }

  /** An installer's slot does not hold the bytes of its bundle. */
  content(): Promise<SlotContent | undefined> {
    return Promise.resolve(undefined);
  }

  /**
   * Labels what the factory wrote to the slot that runs, unless it has a label.
   *
   * @param known version that the installer says it wrote there; undefined when it does not know
   * @returns refused `wrong-digest` when that is another one
   */
  async adopt(factory: SignedTarget, known?: string): Promise<OrRefused<{ adopted: true }>> {
    if ((await this.#labels.read(this.#booted)) !== undefined) return { adopted: true };
    const { version } = factory.custom;
    if (known !== undefined && known !== version) {
      const because = `slot ${this.#booted} holds ${known}, and the factory is said to have written ${version}.`;
      return { refused: refuse('wrong-digest', because) };
    }
    await this.#labels.write(this.#booted, factory);
    return { adopted: true };
  }
}
