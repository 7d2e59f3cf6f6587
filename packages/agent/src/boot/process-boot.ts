/** The agent as its own boot loader: it supervises the firmware as a child process. The default. */
import type { SlotName } from '@tuesday/protocol';
import { bootLoader } from '../core/boot-loader.ts';
import type { BootControl } from '../core/types.ts';
import type { SlotPort } from '../slots/slot-port.ts';
import type { DeviceStorage } from '../storage/device-storage.ts';
import { diskTroubleOf } from '../storage/disk-trouble.ts';
import type { Booted, BootPort, BootPromises } from './boot-port.ts';

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

  constructor(storage: DeviceStorage, slots: Pick<SlotPort, 'found'>) {
    this.#storage = storage;
    this.#slots = slots;
  }

  async boot(limit: number): Promise<Booted> {
    const kept = (await this.#storage.readControl()) ?? standingControl(await this.#slots.found());
    const { control, booted } = bootLoader(kept, limit);
    try {
      if (control !== kept) await this.#storage.writeControl(control);
    } catch (error) {
      if (diskTroubleOf(error) === undefined) throw error;
      // A boot that cannot be counted must not be a provisional one.
      return { control: kept, booted: kept.defaultSlot, reset: 'unknown' };
    }
    return { control, booted, reset: 'unknown' };
  }

  write(control: BootControl): Promise<void> {
    return this.#storage.writeControl(control);
  }

  /** The run loop boots again; there is no machine to restart. */
  reboot(): Promise<void> {
    return Promise.resolve();
  }
}

/** The boot control was lost: the slot that is whole boots, `a` before `b`. */
function standingControl(found: Readonly<Record<SlotName, unknown>>): BootControl {
  return { defaultSlot: found.a === null && found.b !== null ? 'b' : 'a', trialSlot: null, attempts: 0 };
}
