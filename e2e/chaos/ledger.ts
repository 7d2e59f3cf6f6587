/**
 * What devices wrote, seen at the one door through which the agent writes. Nothing is held up or changed there;
 * the ledger only counts.
 */
import { basename, dirname } from 'node:path';
import { type BootControl, type Disk, type DiskFile, type Journal, realDisk } from '@tuesday/agent';

/** One device, from the factory on. */
export interface Ledger {
  /** How often each slot was begun to be written. */
  readonly slotWrites: Record<string, number>;
  /** Every boot control that was written, in order, as `default/trial/attempts`. */
  readonly controls: string[];
  /** Every outcome that a durable journal ever held, as `offer kind`, first written first. */
  readonly outcomes: string[];
}

export class Ledgers {
  readonly #ledgers = new Map<string, Ledger>();

  /** From now on everything that this process writes through the real disk is counted. */
  watch(disk: Disk = realDisk): void {
    const create = disk.create.bind(disk);
    disk.create = async (path) => {
      const file = await create(path);
      const folder = dirname(path);
      switch (basename(path)) {
        case 'app.mjs': {
          const { slotWrites } = this.of(dirname(folder));
          const slot = basename(folder);
          slotWrites[slot] = (slotWrites[slot] ?? 0) + 1;
          return file;
        }
        case 'boot.json.new':
          return reading(file, (text) => this.#control(folder, JSON.parse(text) as BootControl));
        case 'journal.json.new':
          return reading(file, (text) => this.#journal(folder, JSON.parse(text) as Journal));
        default:
          return file;
      }
    };
  }

  of(folder: string): Ledger {
    const known = this.#ledgers.get(folder) ?? { slotWrites: {}, controls: [], outcomes: [] };
    this.#ledgers.set(folder, known);
    return known;
  }

  #control(folder: string, { defaultSlot, trialSlot, attempts }: BootControl): void {
    this.of(folder).controls.push(`${defaultSlot}/${trialSlot ?? '-'}/${attempts}`);
  }

  #journal(folder: string, { outbox }: Journal): void {
    const { outcomes } = this.of(folder);
    for (const { offer, kind } of outbox) {
      const key = `${offer} ${kind}`;
      if (!outcomes.includes(key)) outcomes.push(key);
    }
  }
}

/** The same file; whoever writes it whole is heard when it is synced. */
function reading(file: DiskFile, hear: (text: string) => void): DiskFile {
  let text = '';
  return {
    write(bytes, at) {
      text = Buffer.from(bytes).toString('utf8');
      return file.write(bytes, at);
    },
    async sync() {
      await file.sync();
      hear(text);
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}
