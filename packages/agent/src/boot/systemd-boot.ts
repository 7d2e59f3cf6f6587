/**
 * systemd-boot, which counts boots in the names of its entries: at each boot of `tuesday-b+3.conf` it renames it, to
 * `+2-1`, `+1-2`, `+0-3`, and then boots another one. No script is needed, and one rename says everything.
 */
import { join } from 'node:path';
import type { SlotName } from '@tuesday/protocol';
import { otherSlot } from '../core/journal.ts';
import type { BootControl } from '../core/types.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { writeWhole } from '../storage/whole-file.ts';
import {
  type BootEntry,
  byBootOrder,
  entryName,
  entryText,
  entryVersion,
  isBad,
  parseEntryName,
} from './boot-entries.ts';
import type { BootPromises } from './boot-port.ts';
import type { ControlStore } from './control-store.ts';

export const SYSTEMD_BOOT_PROMISES: BootPromises = {
  name: 'systemd-boot',
  countsWithoutAgent: true,
  atomicWrite: false,
  wholeMachine: true,
  cannot: [
    'The entries stand on a FAT file system: after a power cut during a rename both names may be there, or the file may be lost.',
    'A slot whose entry is lost does not boot; the other one does, and without any entry nothing does.',
    'An entry whose image does not load is counted only if the firmware restarts by itself.',
    'systemd-bless-boot.service would confirm a version by itself: it has to be masked.',
    'An entry that somebody chose in the menu, or made the default with bootctl, boots whatever the agent decided.',
  ],
};

export interface EntriesPlace {
  /** `loader/entries` of the boot partition. */
  readonly folder: string;
  /** Names of our entries begin with it. */
  readonly prefix: string;
  /** What an entry consists of beside title, version and sort key: `efi`, or `linux`, `initrd` and `options`. */
  readonly lines: Readonly<Record<SlotName, readonly string[]>>;
  /** The slot that runs. */
  readonly booted: SlotName;
}

interface EntryFile extends BootEntry {
  readonly name: string;
}

export class EntriesStore implements ControlStore {
  readonly promises = SYSTEMD_BOOT_PROMISES;
  readonly #place: EntriesPlace;
  readonly #disk: Disk;

  constructor(place: EntriesPlace, disk: Disk = realDisk) {
    this.#place = place;
    this.#disk = disk;
  }

  async read(): Promise<BootControl | undefined> {
    const { booted } = this.#place;
    const [first, ...rest] = await this.#entries();
    if (first === undefined || isBad(first)) return undefined;
    if (first.tries !== null) {
      return { defaultSlot: otherSlot(first.slot), trialSlot: first.slot, attempts: first.tries.done };
    }
    const bad = rest.find((entry) => entry.slot !== first.slot && isBad(entry));
    const attempts = rest.some((entry) => entry.slot !== first.slot && !isBad(entry))
      ? 0
      : (bad?.tries?.done ?? 0);
    // At its last try an entry is named as a bad one already.
    const last = bad?.slot === booted && attempts > 0;
    return { defaultSlot: first.slot, trialSlot: last ? booted : null, attempts };
  }

  /** @param limit tries of a trial, those done included */
  async write({ defaultSlot, trialSlot, attempts }: BootControl, limit: number): Promise<void> {
    const spare = otherSlot(defaultSlot);
    const standing = await this.#version(defaultSlot);
    await this.#put({ slot: defaultSlot, tries: null, version: standing });
    if (trialSlot === spare) {
      const tries = { left: Math.max(0, limit - attempts), done: attempts };
      return this.#put({ slot: spare, tries, version: await this.#above(standing, spare) });
    }
    const other = await this.#entry(spare);
    const harmless = other?.tries === null && other.version < standing;
    if (other === undefined || harmless) return;
    await this.#put({ slot: spare, tries: { left: 0, done: attempts }, version: other.version });
  }

  /** Of the slot's entry; of a slot without one, above whatever is there. */
  async #version(slot: SlotName): Promise<number> {
    return (
      (await this.#entry(slot))?.version ?? 1 + Math.max(0, ...(await this.#entries()).map((e) => e.version))
    );
  }

  /** As it is when that comes first already: then a rename is all. */
  async #above(standing: number, slot: SlotName): Promise<number> {
    const own = (await this.#entry(slot))?.version ?? 0;
    return own > standing ? own : standing + 1;
  }

  /** One file for the slot, with this name and this version. The new one is there before the old ones go. */
  async #put(wanted: BootEntry): Promise<void> {
    const { folder, prefix, lines } = this.#place;
    const name = entryName(wanted, prefix);
    const kept = (await this.#entries()).find(
      ({ slot, version }) => slot === wanted.slot && version === wanted.version,
    );
    if (kept === undefined) {
      const text = entryText(wanted.slot, wanted.version, prefix, lines[wanted.slot]);
      await writeWhole(join(folder, name), text, this.#disk);
    } else if (kept.name !== name) {
      await this.#disk.rename(join(folder, kept.name), join(folder, name));
      await this.#disk.syncFolder(folder);
    }
    await this.#removeOthers(wanted.slot, name);
  }

  async #removeOthers(slot: SlotName, name: string): Promise<void> {
    const { folder, prefix } = this.#place;
    const names = await this.#disk.list(folder);
    const stale = names.filter((each) => each !== name && parseEntryName(each, prefix)?.slot === slot);
    for (const each of stale) await this.#disk.remove(join(folder, each));
    if (stale.length > 0) await this.#disk.syncFolder(folder);
  }

  async #entry(slot: SlotName): Promise<EntryFile | undefined> {
    return (await this.#entries()).find((entry) => entry.slot === slot);
  }

  /** In the order of systemd-boot, which passes over what has nothing to load. */
  async #entries(): Promise<EntryFile[]> {
    const { folder, prefix } = this.#place;
    const entries: EntryFile[] = [];
    for (const name of await this.#disk.list(folder)) {
      const parsed = parseEntryName(name, prefix);
      const text = parsed && (await this.#disk.read(join(folder, name)))?.toString('utf8');
      if (!text || !/^(?:linux|efi|uki)[ \t]+\S/m.test(text)) continue;
      entries.push({ ...parsed, name, version: entryVersion(text) });
    }
    return entries.sort(byBootOrder);
  }
}
