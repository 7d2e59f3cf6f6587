/**
 * One device of the world: the real agent core on pretend flash, boot loader and application, all in memory.
 * Effects are carried out at once; timers, boots, downloads and the application's end wait in the queue.
 */
import {
  advance,
  type AgentConfig,
  type BootControl,
  bootLoader,
  type Effect,
  initialJournal,
  type Input,
  type Journal,
  type SignedTarget,
  type State,
} from '@tuesday/agent';
import type { CheckIn, CheckInAnswer, Instant, Outcome, SlotName, TargetCustom } from '@tuesday/protocol';
import { between, type Random } from './random.ts';

export type Moment =
  | { readonly is: 'boot'; readonly life: number }
  | {
      readonly is: 'input';
      readonly life: number;
      readonly key: string;
      readonly token: number;
      readonly input: Input;
    };

/** Both are answered later, by `WorldDevice.answer`. */
export interface RescueRoads {
  /** Wants `rescue-found` or `rescue-not-found`. */
  seek(now: Instant): void;
  /** Wants `downloaded` or `step-failed`. */
  fetch(target: string, signed: SignedTarget, now: Instant): void;
}

/** What a device needs of the world around it. */
export interface Surroundings {
  readonly random: Random;
  /** Puts a moment of this device into the queue. */
  later(at: Instant, moment: Moment): void;
  /** The answers of the control plane; undefined when the device cannot reach it now. */
  checkIn(report: CheckIn, now: Instant): CheckInAnswer | undefined;
  tell(outcome: Outcome, now: Instant): boolean;
  /** What the signed metadata says; undefined when out of reach. */
  lookUp(target: string): SignedTarget | undefined;
  /** The roads of rescue; absent: no recovery release is signed in this world. */
  readonly rescue?: RescueRoads;
  /** How this firmware behaves here: when it dies with 0x45 after this start, or never. */
  diesAfterMillis(version: string, startsBefore: number): number | undefined;
}

const BOOT_MILLIS = 30_000;

export class WorldDevice {
  readonly config: AgentConfig;
  readonly environment: CheckIn['environment'];
  readonly #around: Surroundings;
  #state: State | null = null;
  #journal: Journal;
  #control: BootControl = { defaultSlot: 'a', trialSlot: null, attempts: 0 };
  #holds: Record<SlotName, TargetCustom | null>;
  #life = 0;
  readonly #tokens = new Map<string, number>();
  #application: TargetCustom | null = null;
  /** Crashes of the application so far, by version. */
  readonly crashes = new Map<string, number>();
  firstFailureAt: Instant | null = null;
  recoveredAt: Instant | null = null;
  exposed = false;

  constructor(
    config: AgentConfig,
    environment: CheckIn['environment'],
    factory: TargetCustom,
    around: Surroundings,
  ) {
    this.config = config;
    this.environment = environment;
    this.#around = around;
    this.#holds = { a: factory, b: null };
    this.#journal = initialJournal(factory, { environment });
  }

  /** The version whose application runs now, or was last started. */
  get runs(): string | undefined {
    return this.#application?.version;
  }

  powerOn(now: Instant): void {
    this.#around.later(now, { is: 'boot', life: this.#life });
  }

  /** Firmware that came by another road than an update: the device starts over with it. */
  rescue(firmware: TargetCustom, now: Instant): void {
    this.#off();
    this.#holds = { a: firmware, b: null };
    this.#control = { defaultSlot: 'a', trialSlot: null, attempts: 0 };
    this.#journal = initialJournal(firmware, { environment: this.environment });
    this.powerOn(now);
  }

  /** What a road brought. Late or unknown answers change nothing: the core sees to that. */
  answer(input: Input, now: Instant): void {
    if (this.#state !== null) this.#put(input, now);
  }

  /** What is in the slot that boots when nothing is tried. */
  get confirmed(): string | undefined {
    return this.#holds[this.#control.defaultSlot]?.version;
  }

  hear(moment: Moment, now: Instant): void {
    if (moment.life !== this.#life) return;
    if (moment.is === 'boot') return this.#boot(now);
    if (this.#tokens.get(moment.key) !== moment.token) return;
    if (moment.input.is === 'application-exited') this.#crashed(now);
    this.#put(moment.input, now);
  }

  #boot(now: Instant): void {
    const { control, booted } = bootLoader(this.#control, this.config.bootAttempts);
    this.#control = control;
    this.#put({ is: 'woke', journal: this.#journal, control, booted, found: this.#holds }, now);
  }

  #off(): void {
    this.#life += 1;
    this.#state = null;
    this.#application = null;
    this.#tokens.clear();
  }

  /** Feeds an input and everything that follows from it at once. */
  #put(first: Input, now: Instant): void {
    const inbox: Input[] = [first];
    for (let input = inbox.shift(); input; input = inbox.shift()) {
      const { state, effects } = advance(this.#state, input, now, this.config, this.#around.random);
      this.#state = state ?? this.#state;
      for (const effect of effects) {
        if (effect.do === 'reboot') {
          this.#off();
          this.#around.later(now + BOOT_MILLIS, { is: 'boot', life: this.#life });
          return;
        }
        const answer = this.#carryOut(effect, now);
        if (answer) inbox.push(answer);
      }
    }
  }

  #carryOut(effect: Exclude<Effect, { do: 'reboot' }>, now: Instant): Input | undefined {
    switch (effect.do) {
      case 'persist':
        this.#journal = effect.journal;
        return undefined;
      case 'set-boot':
        this.#control = effect.control;
        return undefined;
      case 'start-application':
        return this.#start(effect.slot, now);
      case 'stop-application':
        this.#application = null;
        this.#tokens.delete('application');
        return undefined;
      case 'check-health':
        return this.#application === null
          ? { is: 'health', ok: false, failing: 'process', environment: this.environment }
          : { is: 'health', ok: true, environment: this.environment };
      case 'check-in':
        return this.#checkIn(effect.body, now);
      case 'send-outcome':
        return this.#around.tell(effect.outcome, now)
          ? { is: 'outcome-accepted', outcome: effect.outcome }
          : { is: 'outcome-failed', outcome: effect.outcome, final: false };
      case 'verify':
        return this.#verify(effect.target);
      case 'download':
        if (effect.rescue === true && this.#around.rescue !== undefined) {
          this.#around.rescue.fetch(effect.target, effect.signed, now);
          return undefined;
        }
        this.#wait(
          'work',
          between(this.#around.random, 1, 10) * 60_000,
          { is: 'downloaded', target: effect.target },
          now,
        );
        return undefined;
      case 'stage':
        this.#holds = { ...this.#holds, [effect.slot]: effect.signed.custom };
        this.#wait('work', 60_000, { is: 'staged', target: effect.target }, now);
        return undefined;
      case 'stop-work':
        this.#tokens.delete('work');
        return undefined;
      case 'timer':
        this.#wait(effect.name, effect.delayMillis, { is: 'timer', name: effect.name }, now);
        return undefined;
      case 'seek-rescue':
        if (this.#around.rescue !== undefined) {
          this.#around.rescue.seek(now);
          return undefined;
        }
        return { is: 'rescue-not-found', because: 'no recovery release is signed in this world.' };
      case 'forget-demand':
      case 'drop-download':
      case 'send-progress':
        return undefined;
    }
    return undefined;
  }

  #wait(key: string, millis: number, input: Input, now: Instant): void {
    const token = (this.#tokens.get(`${key}#`) ?? 0) + 1;
    this.#tokens.set(`${key}#`, token);
    this.#tokens.set(key, token);
    this.#around.later(now + Math.max(0, millis), { is: 'input', life: this.#life, key, token, input });
  }

  #start(slot: SlotName, now: Instant): Input {
    const firmware = this.#holds[slot];
    if (firmware === null) return { is: 'application-exited', slot, exitCode: 1 };
    this.#application = firmware;
    const crashes = this.crashes.get(firmware.version) ?? 0;
    const dies = this.#around.diesAfterMillis(firmware.version, crashes);
    if (dies === undefined && this.firstFailureAt !== null) this.recoveredAt ??= now;
    if (dies !== undefined)
      this.#wait(
        'application',
        dies,
        { is: 'application-exited', slot, exitCode: 0x45, errorCode: '0x45' },
        now,
      );
    return { is: 'application-started', slot };
  }

  #crashed(now: Instant): void {
    const version = this.#application?.version ?? '';
    this.crashes.set(version, (this.crashes.get(version) ?? 0) + 1);
    this.firstFailureAt ??= now;
    this.recoveredAt = null;
    this.#application = null;
  }

  #checkIn(body: CheckIn, now: Instant): Input {
    const answer = this.#around.checkIn(body, now);
    if (answer === undefined) return { is: 'check-in-failed', because: 'The server does not answer.' };
    return { is: 'checked-in', answer, transport: 'http' };
  }

  #verify(target: string): Input {
    const signed = this.#around.lookUp(target);
    if (signed === undefined)
      return { is: 'step-failed', target, code: 'download-failed', because: 'The server does not answer.' };
    return { is: 'verified', target, signed, root: 1 };
  }
}
