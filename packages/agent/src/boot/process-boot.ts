/** The agent as its own boot loader: it supervises the firmware as a child process. The default. */
import type { SlotName } from '@tuesday/protocol';
import { bootLoader } from '../core/boot-loader.ts';
import { type Journal, readJournal } from '../core/journal.ts';
import type { BootControl } from '../core/types.ts';
import type { SlotPort } from '../slots/slot-port.ts';
import type { DeviceStorage } from '../storage/device-storage.ts';
import { diskTroubleOf } from '../storage/disk-trouble.ts';
import type { Booted, BootPort, BootPromises } from './boot-port.ts';
import { InTurn } from './in-turn.ts';

export const PROCESS_PROMISES: BootPromises = {
  name: 'process',
  countsWithoutAgent: true,
  atomicWrite: true,
  wholeMachine: false,
  cannot: [
    'Kernel, system libraries and the agent itself are outside of the slots.',
    'An agent that never starts counts nothing: its service manager must start it again.',
  ],
};

export class ProcessBoot implements BootPort {
  readonly promises = PROCESS_PROMISES;
  readonly #storage: DeviceStorage;
  readonly #slots: Pick<SlotPort, 'found'>;
  readonly #turns = new InTurn();

  constructor(storage: DeviceStorage, slots: Pick<SlotPort, 'found'>) {
    this.#storage = storage;
    this.#slots = slots;
  }

  boot(limit: number): Promise<Booted> {
    return this.#turns.do(() => this.#boot(limit));
  }

  async #standing(): Promise<BootControl> {
    return standingControl(await this.#slots.found(), readJournal(await this.#storage.readJournal()));
  }

  write(control: BootControl): Promise<void> {
    return this.#turns.do(() => this.#storage.writeControl(control));
  }

  /** The run loop boots again; there is no machine to restart. */
  reboot(): Promise<void> {
    return Promise.resolve();
  }

  async #boot(limit: number): Promise<Booted> {
    const read = await this.#storage.readControl();
    const kept = read ?? (await this.#standing());
    const lost = read === undefined;
    const { control, booted } = bootLoader(kept, limit);
    try {
      if (control !== kept) await this.#storage.writeControl(control);
    } catch (error) {
      if (diskTroubleOf(error) === undefined) throw error;
      // A boot that cannot be counted must not be a provisional one.
      return { control: kept, booted: kept.defaultSlot, reset: 'unknown', lost };
    }
    return { control, booted, reset: 'unknown', lost };
  }
}

/** The boot control was lost: of the slots that are whole the one that was confirmed last boots, else `a` before `b`. */
function standingControl(
  found: Readonly<Record<SlotName, unknown>>,
  journal: Journal | undefined,
): BootControl {
  const whole = (['a', 'b'] as const).filter((slot) => found[slot] !== null);
  const confirmed = whole.filter((slot) => journal?.slots[slot].state === 'confirmed');
  const last = confirmed.find((slot) => journal?.slots[slot].version === journal?.confirmed?.version);
  return { defaultSlot: last ?? confirmed[0] ?? whole[0] ?? 'a', trialSlot: null, attempts: 0 };
}
