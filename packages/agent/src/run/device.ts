/**
 * One device: hears inputs one after the other, asks the core, carries out its effects with the real ports.
 * `core/types.ts` is the contract.
 */
import type { Clock, Outcome, SlotName } from '@tuesday/protocol';
import { advance } from '../core/advance.ts';
import type { Booted, BootPort } from '../boot/boot-port.ts';
import type { ResetReasonPort } from '../boot/reset-reason.ts';
import type { AgentConfig, BootControl, Effect, Input, RescueDemand, State } from '../core/types.ts';
import type { SlotPort } from '../slots/slot-port.ts';
import type { DeviceStorage } from '../storage/device-storage.ts';
import { type DiskTrouble, diskTroubleOf } from '../storage/disk-trouble.ts';
import type { ApplicationPort } from '../health/application.ts';
import type { DeviceLink } from './device-link.ts';
import type { RescueWork } from '../rescue/rescue-work.ts';
import { Timers } from './timers.ts';
import type { UpdateWork } from './update-work.ts';

export interface DevicePorts {
  readonly storage: DeviceStorage;
  readonly boot: BootPort;
  /** Asked where the boot port itself does not know. */
  readonly reset: ResetReasonPort;
  readonly slots: SlotPort;
  readonly application: Pick<ApplicationPort, 'start' | 'stop' | 'running'>;
  readonly link: Pick<DeviceLink, 'checkIn' | 'sendOutcome' | 'sendProgress' | 'close'>;
  readonly work: UpdateWork;
  readonly rescue: Pick<RescueWork, 'seek' | 'halt' | 'forgetDemand'>;
  /** Who at the device asks for a rescue, at this power-on. */
  readonly readDemand: () => Promise<RescueDemand | undefined>;
  readonly checkHealth: () => Promise<Input>;
  /** The server says what neighbours wait for; absent from a device that does not relay. */
  readonly carry?: ((targets: readonly string[]) => void) | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: (event: string, facts: object) => void;
}

/** Between a storage that failed and the next look whether it works, milliseconds. */
const AFTER_FAULT = 60_000;

export class Device {
  readonly #ports: DevicePorts;
  readonly #config: AgentConfig;
  readonly #timers: Timers;
  readonly #stopping = new AbortController();
  #state: State | null = null;
  #queue: Input[] = [];
  #wake: (() => void) | undefined;
  /** Answers to what was asked before the last reboot are not heard. */
  #life = 0;
  /** What the boot loader said, and what has been told to it since. */
  #boot: Booted | undefined;
  /** Who asked for a rescue at this power-on. */
  #demand: RescueDemand | undefined;
  /** The slot whose firmware was started last. */
  #started: SlotName | undefined;
  /** Stand-by has lasted for long enough to look whether the storage works again. */
  #lookDue = false;

  constructor(config: AgentConfig, ports: DevicePorts) {
    this.#config = config;
    this.#ports = ports;
    this.#timers = new Timers(ports.clock, (name) => this.tell({ is: 'timer', name }));
  }

  get state(): State | null {
    return this.#state;
  }

  tell(input: Input): void {
    this.#queue.push(input);
    this.#wake?.();
  }

  /** Runs until stopped. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    signal.addEventListener('abort', () => this.#wake?.());
    let on = false;
    while (!signal.aborted) {
      try {
        if (!on) on = await this.#powerOn();
        else if (this.#lookDue) on = await this.#leaveStandBy();
        else on = await this.#hear(await this.#next());
      } catch (error) {
        // Nothing that could not be made durable has been acted upon: begin again from what is on disk.
        this.#ports.log('fault', { because: (error as Error).message });
        on = await this.#standBy(diskTroubleOf(error)).catch(() => false);
        if (!on) await this.#ports.clock.sleep(AFTER_FAULT, signal).catch(() => undefined);
      }
    }
    const { control } = this.#state ?? {};
    this.#powerOff();
    await this.#ports.work.stop();
    if (control !== undefined) await this.#note('user', control);
    await this.#ports.rescue.halt();
    await this.#ports.link.close();
  }

  /** Ends at the next safe point; `run` resolves then. The device goes on from its storage another time. */
  stop(): void {
    this.#stopping.abort();
  }

  /** @returns as `#hear` */
  async #powerOn(): Promise<boolean> {
    this.#powerOff();
    const { boot, storage, work, log } = this.#ports;
    await work.stop();
    await this.#ports.rescue.halt();
    this.#demand = await this.#ports.readDemand();
    this.#boot = undefined;
    const limit = this.#config.bootAttempts;
    const booted = await boot.boot(limit);
    const found = await this.#ports.reset.read(booted.control, limit);
    this.#boot = { ...booted, reset: booted.reset === 'unknown' ? found : booted.reset };
    const { control, reset, lost } = this.#boot;
    log('boot', { slot: booted.booted, attempts: control.attempts, reset, ...(lost ? { lost } : {}) });
    // What cannot be remembered is not begun, and a technician hears of it although nothing is to be written now.
    await storage.tryWriting();
    return this.#wakeUp(this.#boot, undefined);
  }

  async #wakeUp(known: Booted, storage: DiskTrouble | undefined): Promise<boolean> {
    const { control, booted, reset, lost } = known;
    const journal = await this.#ports.storage.readJournal();
    const found = await this.#ports.slots.found();
    const woke = { is: 'woke', journal, control, booted, found, reset, controlLost: lost } as const;
    const on = await this.#hear(
      storage === undefined ? { ...woke, demand: this.#demand } : { ...woke, storage },
    );
    // Why the machine started, what was lost then, and what somebody asked for, counts once.
    if (storage === undefined && this.#boot !== undefined) {
      this.#boot = { ...this.#boot, reset: 'unknown', lost: false };
      this.#demand = undefined;
    }
    return on;
  }

  /**
   * The firmware runs on and is not touched; everything else begins again, in stand-by.
   *
   * @returns false when that cannot be done either, or when it was no trouble with the disk
   * @throws what the file system throws when the disk cannot even be read
   */
  async #standBy(trouble: DiskTrouble | undefined): Promise<boolean> {
    if (trouble === undefined || this.#boot === undefined) return false;
    await this.#forget();
    // What was downloaded may be what fills the disk.
    if (trouble.code === 'no-space') await this.#ports.work.drop().catch(() => undefined);
    this.#lookLater();
    return this.#wakeUp(this.#boot, trouble);
  }

  #lookLater(): void {
    const life = this.#life;
    const look = () => {
      this.#lookDue = life === this.#life;
      this.#wake?.();
    };
    this.#ports.clock.sleep(AFTER_FAULT, this.#stopping.signal).then(look, () => undefined);
  }

  /** The boot control is written as it is known here: how much of a write that failed has stayed, nobody knows. */
  async #leaveStandBy(): Promise<boolean> {
    this.#lookDue = false;
    const known = this.#boot;
    if (known === undefined) return false;
    try {
      await this.#ports.storage.tryWriting();
      await this.#ports.boot.write(known.control);
    } catch (error) {
      // What goes on in stand-by goes on, unless there is something else to say now.
      if (diskTroubleOf(error)?.code !== this.#state?.standBy?.code) throw error;
      this.#lookLater();
      return true;
    }
    await this.#forget();
    this.#ports.log('storage-works', {});
    return this.#wakeUp(known, undefined);
  }

  /** All but the firmware ends, unheard. */
  async #forget(): Promise<void> {
    this.#life += 1;
    this.#state = null;
    this.#queue = [];
    this.#lookDue = false;
    this.#timers.clear();
    await this.#ports.work.stop();
    await this.#ports.rescue.halt();
  }

  /** As pulling the plug: what was under way is over, unheard. */
  #powerOff(): void {
    void this.#forget();
    this.#ports.application.stop();
    this.#started = undefined;
  }

  async #next(): Promise<Input | undefined> {
    if (this.#queue.length === 0 && !this.#stopping.signal.aborted) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
    return this.#queue.shift();
  }

  /** @returns false when the device is to boot again */
  async #hear(input: Input | undefined): Promise<boolean> {
    if (input === undefined) return true;
    // Of no concern to this device itself, and so not to the core.
    if (input.is === 'checked-in' && input.answer.carry) this.#ports.carry?.(input.answer.carry);
    const { clock, random } = this.#ports;
    const before = this.#state;
    const { state, effects } = advance(before, input, clock.now(), this.#config, random);
    this.#state = state;
    this.#logTrouble(before, state);
    for (const effect of effects) {
      if (effect.do === 'reboot') {
        const control = effects.findLast((one) => one.do === 'set-boot')?.control ?? before?.control;
        if (control !== undefined) await this.#note('asked', control);
        await this.#reboot();
        return false;
      }
      await this.#carryOut(effect);
    }
    this.#tellRescue(before, state);
    return true;
  }

  /** A machine that goes down ends this process first: whoever ends it does not wait for the machine. */
  async #reboot(): Promise<void> {
    const { signal } = this.#stopping;
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    await Promise.race([this.#ports.boot.reboot(), stopped]);
  }

  /** What is new of it: a report repeats it as long as it stands. */
  #logTrouble(before: State | null, after: State | null): void {
    const known = before?.report.trouble ?? [];
    for (const { code, because } of after?.report.trouble ?? []) {
      const isKnown = known.some((one) => one.code === code && one.because === because);
      if (!isKnown) this.#ports.log('trouble', { code, because });
    }
  }

  /** A note that cannot be written costs a boot attempt at most. */
  async #note(reason: 'asked' | 'user', control: BootControl): Promise<void> {
    await this.#ports.reset.note(reason, control).catch((error: unknown) => {
      this.#ports.log('fault', { because: (error as Error).message });
    });
  }

  /** Resolves when the next effect may begin. */
  async #carryOut(effect: Exclude<Effect, { do: 'reboot' }>): Promise<void> {
    const { boot, storage, application, link, work, checkHealth, log } = this.#ports;
    switch (effect.do) {
      case 'persist':
        return storage.writeJournal(effect.journal);
      case 'set-boot':
        await boot.write(effect.control);
        if (this.#boot !== undefined) this.#boot = { ...this.#boot, control: effect.control };
        return;
      case 'start-application':
        return this.#start(effect.slot);
      case 'stop-application':
        return application.stop();
      case 'check-health':
        return this.#later(checkHealth());
      case 'check-in':
        return this.#later(link.checkIn(effect.body));
      case 'send-outcome':
        log('outcome', wordsOf(effect.outcome));
        return this.#later(link.sendOutcome(effect.outcome));
      case 'send-progress':
        return this.#later(link.sendProgress(effect.progress));
      case 'verify':
      case 'download':
      case 'stage':
        return work.begin(effect);
      case 'stop-work':
        return work.stop();
      case 'drop-download':
        return work.drop();
      case 'seek-rescue':
        return this.#later(this.#ports.rescue.seek());
      case 'forget-demand':
        return this.#ports.rescue.forgetDemand();
      case 'timer':
        return this.#timers.set(effect.name, effect.delayMillis);
    }
  }

  /** After a stand-by began or ended the firmware may be running already. */
  #start(slot: SlotName): void {
    if (this.#started === slot && this.#ports.application.running)
      return this.tell({ is: 'application-started', slot });
    this.#started = slot;
    this.#ports.application.start(slot);
  }

  /** Why the device is in rescue stands in its log, too; after it stands in its journal. */
  #tellRescue(before: State | null, after: State | null): void {
    const [was, is] = [before?.journal.rescue, after?.journal.rescue];
    if (after === null || was?.because === is?.because) return;
    this.#ports.log(
      is === undefined ? 'rescue-over' : 'rescue',
      is === undefined ? {} : { because: is.because },
    );
  }

  #later(answer: Promise<Input | void>): void {
    const life = this.#life;
    const hear = (input: Input | void) => {
      if (input !== undefined && life === this.#life) this.tell(input);
    };
    answer.then(hear, (error: unknown) => this.#ports.log('fault', { because: (error as Error).message }));
  }
}

function wordsOf({ kind, code, because }: Outcome): object {
  return { kind, ...(code === undefined ? {} : { code }), because };
}
