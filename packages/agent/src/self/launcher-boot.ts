/** Boot control of the agent's own slots: the launcher counts, the agent that was started confirms. */
import type { SlotName } from '@tuesday/protocol';
import type { Booted, BootPort, BootPromises } from '../boot/boot-port.ts';
import type { BootControl } from '../core/types.ts';
import type { DeviceStorage } from '../storage/device-storage.ts';

export const LAUNCHER_PROMISES: BootPromises = {
  name: 'launcher',
  countsWithoutAgent: true,
  atomicWrite: true,
  wholeMachine: false,
  cannot: [
    'The launcher itself comes with the Debian package and is not replaced by an update of the agent.',
  ],
};

export interface LauncherBootOptions {
  readonly storage: Pick<DeviceStorage, 'readControl' | 'writeControl'>;
  /** The slot that this process was started from. */
  readonly slot: SlotName;
  /** Ends the process in good order, so that the launcher starts the other slot. */
  readonly restart: () => void;
}

export class LauncherBoot implements BootPort {
  readonly promises = LAUNCHER_PROMISES;
  readonly #options: LauncherBootOptions;

  constructor(options: LauncherBootOptions) {
    this.#options = options;
  }

  /** The launcher has done the counting before this process began. */
  async boot(): Promise<Booted> {
    const { storage, slot } = this.#options;
    const standing = { defaultSlot: slot, trialSlot: null, attempts: 0 };
    return { control: (await storage.readControl()) ?? standing, booted: slot, reset: 'unknown' };
  }

  write(control: BootControl): Promise<void> {
    return this.#options.storage.writeControl(control);
  }

  reboot(): Promise<void> {
    this.#options.restart();
    return new Promise(() => undefined);
  }
}
