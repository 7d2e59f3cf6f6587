/**
 * One device: hears inputs one after the other, asks the core, carries out its effects with the real ports.
 * `core/types.ts` is the contract.
 */
import type { Clock, Outcome } from '@tuesday/protocol';
import { advance } from '../core/advance.ts';
import type { BootPort } from '../boot/boot-port.ts';
import type { ResetReasonPort } from '../boot/reset-reason.ts';
import type { AgentConfig, BootControl, Effect, Input, State } from '../core/types.ts';
import type { SlotPort } from '../slots/slot-port.ts';
import type { DeviceStorage } from '../storage/device-storage.ts';
import type { ApplicationPort } from '../health/application.ts';
import type { DeviceLink } from './device-link.ts';
import { Timers } from './timers.ts';
import type { UpdateWork } from './update-work.ts';

export interface DevicePorts {
  readonly storage: DeviceStorage;
  readonly boot: BootPort;
  /** Asked where the boot port itself does not know. */
  readonly reset: ResetReasonPort;
  readonly slots: SlotPort;
  readonly application: Pick<ApplicationPort, 'start' | 'stop'>;
  readonly link: DeviceLink;
  readonly work: UpdateWork;
  readonly checkHealth: () => Promise<Input>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: (event: string, facts: object) => void;
}

/** Between a storage that failed and the next power-on, milliseconds. */
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
        if (!on) await this.#powerOn();
        on = true;
        on = await this.#hear(await this.#next());
      } catch (error) {
        // Nothing that could not be made durable has been acted upon: begin again from what is on disk.
        on = false;
        this.#ports.log('fault', { because: (error as Error).message });
        await this.#ports.clock.sleep(AFTER_FAULT, signal).catch(() => undefined);
      }
    }
    const { control } = this.#state ?? {};
    this.#powerOff();
    await this.#ports.work.stop();
    if (control !== undefined) await this.#note('user', control);
    await this.#ports.link.close();
  }

  /** Ends at the next safe point; `run` resolves then. The device goes on from its storage another time. */
  stop(): void {
    this.#stopping.abort();
  }

  async #powerOn(): Promise<void> {
    this.#powerOff();
    const { boot, storage, slots, work, log } = this.#ports;
    await work.stop();
    const limit = this.#config.bootAttempts;
    const { control, booted, reset: told } = await boot.boot(limit);
    const found = await this.#ports.reset.read(control, limit);
    const reset = told === 'unknown' ? found : told;
    log('boot', { slot: booted, attempts: control.attempts, reset });
    const journal = await storage.readJournal();
    const labels = await slots.found();
    await this.#hear({ is: 'woke', journal, control, booted, found: labels, reset });
  }

  /** As pulling the plug: what was under way is over, unheard. */
  #powerOff(): void {
    this.#life += 1;
    this.#state = null;
    this.#queue = [];
    this.#timers.clear();
    this.#ports.application.stop();
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
    const { clock, random } = this.#ports;
    const before = this.#state;
    const { state, effects } = advance(before, input, clock.now(), this.#config, random);
    this.#state = state;
    this.#logTrouble(before, state);
    for (const effect of effects) {
      if (effect.do === 'reboot') {
        const control = effects.findLast((one) => one.do === 'set-boot')?.control ?? before?.control;
        if (control !== undefined) await this.#note('asked', control);
        await this.#ports.boot.reboot();
        return false;
      }
      await this.#carryOut(effect);
    }
    return true;
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
        return boot.write(effect.control);
      case 'start-application':
        return application.start(effect.slot);
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
      case 'timer':
        return this.#timers.set(effect.name, effect.delayMillis);
    }
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
