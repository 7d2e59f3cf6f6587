/** What this device can give: metadata that it verified, and artifacts that its slots were written with. */
import type { SlotName } from '@tuesday/protocol';
import { digestOf } from '../storage/stream-copy.ts';
import type { SlotContent, SlotPort } from '../slots/slot-port.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import type { TrustFolder } from '../trust/trust-folder.ts';
import { MetadataShelf } from './metadata-shelf.ts';

const SLOTS: readonly SlotName[] = ['a', 'b'];

export class Holdings {
  readonly metadata: MetadataShelf;
  readonly #slots: Pick<SlotPort, 'content'>;
  readonly #disk: Disk;
  readonly #carried: () => Promise<SlotContent | undefined>;
  /** Path and digest of content that was read and found right. */
  readonly #checked = new Set<string>();

  /**
   * @param carried an artifact that was fetched for neighbours
   */
  constructor(
    trust: Pick<TrustFolder, 'folder' | 'pinnedRoot'>,
    slots: Pick<SlotPort, 'content'>,
    carried: () => Promise<SlotContent | undefined>,
    disk: Disk = realDisk,
  ) {
    this.#carried = carried;
    this.metadata = new MetadataShelf(trust, disk);
    this.#slots = slots;
    this.#disk = disk;
  }

  /** Artifacts that are whole; each was read once and has its digest. */
  async artifacts(): Promise<SlotContent[]> {
    const found: SlotContent[] = [];
    for (const content of await this.#labelled()) if (await this.#isRight(content)) found.push(content);
    return found;
  }

  async artifact(sha256: string): Promise<SlotContent | undefined> {
    return (await this.artifacts()).find((content) => content.sha256 === sha256);
  }

  /**
   * Bytes of an artifact; fewer at its end.
   *
   * @throws Error when its place is being written anew: a label goes before the first byte, so what was read while it
   *   still stood is right
   */
  async read(content: SlotContent, from: number, length: number): Promise<Buffer> {
    const { path, sha256 } = content;
    const bytes = await this.#disk.readPart(path, from, Math.min(length, content.length - from));
    const labels = await this.#labelled();
    if (labels.some((label) => label.path === path && label.sha256 === sha256)) return bytes;
    throw new Error('the slot has changed');
  }

  async #labelled(): Promise<SlotContent[]> {
    const found = await Promise.all([...SLOTS.map((slot) => this.#slots.content(slot)), this.#carried()]);
    return found.filter((content) => content !== undefined);
  }

  async #isRight({ path, length, sha256 }: SlotContent): Promise<boolean> {
    const key = `${path} ${sha256}`;
    if (this.#checked.has(key)) return true;
    if ((await this.#disk.size(path)) === undefined) return false;
    // A block device is longer than what was written to it.
    if ((await digestOf(path, this.#disk, { length })) !== sha256) return false;
    this.#checked.add(key);
    return true;
  }
}
