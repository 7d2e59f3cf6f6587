/** What the agent asks of whatever boots the device. One contract suite holds every back-end to it. */
import type { BootControl, ResetReason } from '../core/types.ts';
import type { SlotName } from '@tuesday/protocol';

/** What a back-end can promise, and what it cannot. Printed when the agent starts, and in `docs/boot.md`. */
export interface BootPromises {
  /** As in the configuration. */
  readonly name: string;
  /**
   * A version that never reaches the agent (an image that does not load, a panic, a hang that the watchdog
   * ends) uses up its boot attempts and ends on the other slot.
   */
  readonly countsWithoutAgent: boolean;
  /** A power cut during `write` leaves the old control or the new one. */
  readonly atomicWrite: boolean;
  /** `reboot` restarts the machine, not only the firmware's process. */
  readonly wholeMachine: boolean;
  /** What it cannot promise, one sentence each. */
  readonly cannot: readonly string[];
}

export interface Booted {
  /** As the boot loader left it, attempts counted. */
  readonly control: BootControl;
  /** The slot that runs now. */
  readonly booted: SlotName;
  readonly reset: ResetReason;
  /**
   * What the boot loader kept made no sense. The control is made up: what runs, and nothing on trial. It proves
   * nothing, and is not written.
   */
  readonly lost?: boolean;
}

export interface BootPort {
  readonly promises: BootPromises;
  /**
   * Once after each power-on, before anything else. A back-end whose boot loader is ours does its work here.
   *
   * @param limit provisional boots before the default slot boots again
   * @throws Error when boot control cannot be read or made durable; the device is woken again later
   */
  boot(limit: number): Promise<Booted>;
  /** Durable when it resolves. */
  write(control: BootControl): Promise<void>;
  /** Restarts. Where that is the whole machine it does not resolve. */
  reboot(): Promise<void>;
}
