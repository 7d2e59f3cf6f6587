/** A machine that its own boot loader boots and counts for. The agent reads, and writes what it decided. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type SlotName, wallClock } from '@tuesday/protocol';
import type { BootControl, ResetReason } from '../core/types.ts';
import type { Booted, BootPort, BootPromises } from './boot-port.ts';
import type { ControlStore } from './control-store.ts';
import { InTurn } from './in-turn.ts';

export interface MachineOptions {
  readonly store: ControlStore;
  /** The slot that runs. It cannot change while the machine is on. */
  readonly booted: SlotName;
  /** Command and arguments that restart the machine. */
  readonly reboot: readonly string[];
  /** Why the machine started; `unknown` by default. */
  readonly reset?: () => Promise<ResetReason>;
}

/** A machine that still runs so long after its reboot command was obeyed is not going to restart. Real milliseconds. */
const RESTARTS_WITHIN = 300_000;

export class MachineBoot implements BootPort {
  readonly promises: BootPromises;
  readonly #options: MachineOptions;
  readonly #turns = new InTurn();
  #limit = 3;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.promises = options.store.promises;
  }

  boot(limit: number): Promise<Booted> {
    return this.#turns.do(() => this.#look(limit));
  }

  write(control: BootControl): Promise<void> {
    return this.#turns.do(() => this.#options.store.write(control, this.#limit));
  }

  /** @throws Error when the machine is still there afterwards */
  async reboot(): Promise<void> {
    const [command, ...args] = this.#options.reboot;
    const run = promisify(execFile);
    // For the files of others: what the agent wrote is on the disk already.
    await run('sync').catch(() => undefined);
    await run(command ?? 'reboot', args);
    await wallClock().sleep(RESTARTS_WITHIN);
    throw new Error(`the machine did not restart after ${this.#options.reboot.join(' ')}`);
  }

  async #look(limit: number): Promise<Booted> {
    this.#limit = limit;
    const { store, booted } = this.#options;
    const reset = (await this.#options.reset?.()) ?? 'unknown';
    const kept = await store.read();
    if (kept !== undefined) return { control: withinLimit(kept, limit), booted, reset };
    // What runs has been found bootable, which is all that is known. Written down it would look like a decision.
    return { control: { defaultSlot: booted, trialSlot: null, attempts: 0 }, booted, reset, lost: true };
  }
}

/** A boot loader may have counted the boot at which it gave up. */
function withinLimit(control: BootControl, limit: number): BootControl {
  return control.trialSlot === null ? { ...control, attempts: Math.min(control.attempts, limit) } : control;
}
