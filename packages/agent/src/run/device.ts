/**
 * One device: hears inputs one after the other, asks the core, carries out its effects with the real ports.
 * `core/types.ts` is the contract.
 */
import type { Clock } from '@tuesday/protocol';
import { advance } from '../core/advance.ts';
import type { BootPort } from '../boot/boot-port.ts';
import type { AgentConfig, Effect, Input, RescueDemand, State } from '../core/types.ts';
import type { SlotPort } from '../slots/slot-port.ts';
import type { DeviceStorage } from '../storage/device-storage.ts';
import type { ApplicationPort } from '../health/application.ts';
import type { DeviceLink } from './device-link.ts';
import type { RescueWork } from '../rescue/rescue-work.ts';
import { Timers } from './timers.ts';
import type { UpdateWork } from './update-work.ts';

export interface DevicePorts {
  readonly storage: DeviceStorage;
  readonly boot: BootPort;
  readonly slots: SlotPort;
  readonly application: Pick<ApplicationPort, 'start' | 'stop'>;
  readonly link: DeviceLink;
  readonly work: UpdateWork;
  readonly rescue: Pick<RescueWork, 'seek' | 'halt' | 'forgetDemand'>;
  /** Who at the device asks for a rescue, at this power-on. */
  readonly readDemand: () => Promise<RescueDemand | undefined>;
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
    this.#powerOff();
    await this.#ports.work.stop();
    await this.#ports.rescue.halt();
    await this.#ports.link.close();
  }

  /** Ends at the next safe point; `run` resolves then. The device goes on from its storage another time. */
  stop(): void {
    this.#stopping.abort();
  }

  async #powerOn(): Promise<void> {
    this.#powerOff();
    const { boot, storage, slots, work, rescue, readDemand, log } = this.#ports;
    await work.stop();
    await rescue.halt();
    const { control, booted, reset } = await boot.boot(this.#config.bootAttempts);
    log('boot', { slot: booted, attempts: control.attempts, reset });
    const journal = await storage.readJournal();
    const found = await slots.found();
    const demand = await readDemand();
    await this.#hear({ is: 'woke', journal, control, booted, found, reset, demand });
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
    const { state, effects } = advance(this.#state, input, clock.now(), this.#config, random);
    const before = this.#state;
    this.#state = state;
    for (const effect of effects) {
      if (effect.do === 'reboot') {
        await this.#ports.boot.reboot();
        return false;
      }
      await this.#carryOut(effect);
    }
    this.#tellRescue(before, state);
    return true;
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
        log('outcome', { kind: effect.outcome.kind, because: effect.outcome.because });
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
