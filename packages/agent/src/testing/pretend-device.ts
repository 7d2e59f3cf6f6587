/**
 * A whole device in memory: flash, boot loader, application and time, around the real core. Effects are
 * carried out at once; only timers wait. Meant for interruption loops and simulations, not for speed records.
 */
import type { Environment, Instant, SlotName, Taken, TargetCustom } from '@tuesday/protocol';
import { advance } from '../core/advance.ts';
import { bootLoader } from '../core/boot-loader.ts';
import { initialJournal, readJournal } from '../core/journal.ts';
import { contradictionIn } from '../core/judge-journal.ts';
import type {
  AgentConfig,
  BootControl,
  CheckResult,
  Effect,
  Input,
  ResetReason,
  State,
} from '../core/types.ts';
import { PowerCut, PretendFlash } from './pretend-flash.ts';
import { digestOf, type PretendBehaviour, type PretendRelease } from './pretend-release.ts';
import type { PretendServer } from './pretend-server.ts';

export interface PretendDeviceSetup {
  readonly config: AgentConfig;
  readonly server: PretendServer;
  /** What slot `a` holds when it leaves the factory. */
  readonly factory: PretendRelease;
  readonly environment?: Environment;
  readonly random?: () => number;
}

/** Between two boots. */
const BOOT_MILLIS = 5_000;

export class PretendDevice {
  readonly flash = new PretendFlash();
  readonly environment: Environment;
  /** Boots so far. */
  boots = 0;
  now: Instant = 1_795_500_000_000;
  state: State | null = null;
  /** Nothing that the firmware wants to reach can be reached. */
  offline = false;
  /** What has to hold at the moment of confirming does not. */
  unready = false;
  readonly #setup: PretendDeviceSetup;
  readonly #timers = new Map<string, { readonly at: Instant; readonly input: Input }>();
  readonly #inbox: Input[] = [];
  readonly #random: () => number;
  #reset: ResetReason = 'unknown';
  #damaged = false;
  #application: { readonly startedAt: Instant; readonly behaviour: PretendBehaviour } | null = null;

  constructor(setup: PretendDeviceSetup) {
    this.#setup = setup;
    this.#random = setup.random ?? (() => 0.5);
    this.environment = setup.environment ?? {};
    const { flash } = this;
    setup.factory.chunks.forEach((chunk, index) => flash.write(`slot-a/${index}`, chunk));
    flash.replace('slot-a/label', JSON.stringify(setup.factory.signed));
    const { custom } = setup.factory.signed;
    flash.replace('journal', JSON.stringify(initialJournal(custom, { environment: this.environment })));
    flash.replace('boot', JSON.stringify({ defaultSlot: 'a', trialSlot: null, attempts: 0 }));
  }

  get control(): BootControl {
    return JSON.parse(this.flash.read('boot') ?? 'null') as BootControl;
  }

  /** What the flash of the slot that runs really holds; undefined while the device is off. */
  get running(): string | undefined {
    return this.state === null ? undefined : this.holds(this.state.booted)?.version;
  }

  /** What a slot holds, complete and undamaged; null for anything else. */
  holds(slot: SlotName): TargetCustom | null {
    const label = this.#label(slot);
    const chunks = this.#setup.factory.chunks.map((_, index) => this.flash.read(`slot-${slot}/${index}`));
    return label !== null && digestOf(chunks) === label.sha256 ? label.custom : null;
  }

  /** Runs for so long, through every reboot and power cut. */
  run(millis: number): void {
    const until = this.now + millis;
    while (this.now < until) {
      try {
        if (this.state === null) this.#boot();
        // It may have rebooted on waking: then it boots again.
        if (this.state !== null && !this.#step(until)) break;
      } catch (cause) {
        if (!(cause instanceof PowerCut)) throw cause;
        this.#off();
      }
    }
    this.now = Math.max(this.now, until);
  }

  /** The power goes now, and the next boot finds this reason for it. */
  unplug(reset: ResetReason = 'unknown'): void {
    this.#off();
    this.#reset = reset;
  }

  /** Somebody, or bad flash, changes what the device remembers. */
  damage(journal: string): void {
    this.#off();
    this.flash.damage('journal', journal);
    this.#damaged = true;
  }

  /** Something reaches the device from outside. */
  hear(input: Input): void {
    this.#inbox.push(input);
  }

  #off(): void {
    this.state = null;
    this.#application = null;
    this.#timers.clear();
    this.#inbox.length = 0;
    this.now += BOOT_MILLIS;
  }

  #boot(): void {
    this.boots += 1;
    const reset = this.#reset;
    this.#reset = 'unknown';
    const before = this.control;
    const { control, booted } = bootLoader(before, this.#setup.config.bootAttempts);
    if (control !== before) this.flash.replace('boot', JSON.stringify(control));
    if (this.holds(booted) === null) throw new Error(`slot ${booted} was booted, but is not whole`);
    const found = { a: this.#label('a')?.custom ?? null, b: this.#label('b')?.custom ?? null };
    const demand = this.flash.read('rescue') === undefined ? undefined : 'file';
    const journal = parsed(this.flash.read('journal'));
    if (!this.#damaged) {
      this.#requireWhole();
      this.#requireCoherent({ control, booted, found });
    }
    this.#hearNow({ is: 'woke', journal, control, booted, found, demand, reset });
  }

  /** Nothing that the core wrote may look as if somebody had altered it. */
  #requireCoherent(around: Parameters<typeof contradictionIn>[1]): void {
    const journal = readJournal(parsed(this.flash.read('journal')));
    const wrong = journal === undefined ? 'it cannot be read' : contradictionIn(journal, around);
    if (wrong !== undefined) throw new Error(`the core wrote a journal that contradicts itself: ${wrong}`);
  }

  /** A slot that the journal calls anything but empty or bad is whole, at every moment. */
  #requireWhole(): void {
    const journal = readJournal(parsed(this.flash.read('journal')));
    for (const name of ['a', 'b'] as const) {
      const slot = journal?.slots[name] ?? { state: 'empty' };
      if (slot.state === 'empty' || slot.state === 'bad') continue;
      if (this.holds(name)?.version !== slot.version) {
        throw new Error(`the journal calls slot ${name} ${slot.state}, but it does not hold ${slot.version}`);
      }
    }
  }

  /** @returns false when nothing happens before `until` */
  #step(until: Instant): boolean {
    const waiting = this.#inbox.shift();
    if (waiting !== undefined) {
      this.#hearNow(waiting);
      return true;
    }
    let name: string | null = null;
    let next = until;
    for (const [key, { at }] of this.#timers) if (at < next) [name, next] = [key, at];
    if (name === null) return false;
    this.now = Math.max(this.now, next);
    const { input } = this.#timers.get(name) as { input: Input };
    this.#timers.delete(name);
    if (input.is === 'application-exited') this.#application = null;
    this.#hearNow(input);
    return true;
  }

  #hearNow(input: Input): void {
    const { state, effects } = advance(this.state, input, this.now, this.#setup.config, this.#random);
    this.state = state ?? this.state;
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: Effect): void {
    const { server } = this.#setup;
    switch (effect.do) {
      case 'persist':
        this.flash.replace('journal', JSON.stringify(effect.journal));
        this.#damaged = false;
        return;
      case 'set-boot':
        return this.flash.replace('boot', JSON.stringify(effect.control));
      case 'reboot':
        return this.unplug('asked');
      case 'start-application':
        return this.#start(effect.slot);
      case 'stop-application':
        this.#application = null;
        return void this.#timers.delete('application');
      case 'check-health':
        return void this.#inbox.push(this.#health());
      case 'check-in': {
        const answer = server.checkIn(effect.body, this.running ?? 'nothing');
        const failed = { is: 'check-in-failed', because: 'no answer' } as const;
        return void this.#inbox.push(
          answer === undefined ? failed : { is: 'checked-in', answer, transport: 'http' },
        );
      }
      case 'send-outcome': {
        const { outcome } = effect;
        const accepted = server.tell(outcome, this.running ?? 'nothing');
        return void this.#inbox.push(
          accepted ? { is: 'outcome-accepted', outcome } : { is: 'outcome-failed', outcome, final: false },
        );
      }
      case 'verify':
        return void this.#inbox.push(this.#verify(effect.target));
      case 'download':
        return this.#download(effect.target, effect.rescue);
      case 'stage':
        return this.#stage(effect);
      case 'drop-download':
        for (const name of this.flash.names()) if (name.startsWith('download/')) this.flash.remove(name);
        return;
      case 'timer': {
        const { name } = effect;
        this.#timers.set(name, { at: this.now + effect.delayMillis, input: { is: 'timer', name } });
        return;
      }
      case 'seek-rescue':
        return void this.#inbox.push(this.#seek());
      case 'forget-demand':
        return this.flash.remove('rescue');
      case 'send-progress':
      case 'stop-work':
    }
  }

  #start(slot: SlotName): void {
    const target = this.#label(slot)?.custom.version;
    const release = this.#all().find(({ signed }) => signed.custom.version === target);
    const behaviour = release?.behaves(this.environment) ?? {};
    const { exitCode = 1, errorCode } = behaviour;
    const exited: Input = { is: 'application-exited', slot, exitCode, errorCode };
    if (behaviour.startFails === true) return void this.#inbox.push(exited);
    this.#application = { startedAt: this.now, behaviour };
    if (behaviour.exitsAfterMillis !== undefined) {
      this.#timers.set('application', { at: this.now + behaviour.exitsAfterMillis, input: exited });
    }
    this.#inbox.push({ is: 'application-started', slot });
  }

  #health(): Input {
    const { environment } = this;
    if (this.#application === null) return { is: 'health', ok: false, failing: 'process', environment };
    const { startedAt, behaviour } = this.#application;
    const { unhealthyAfterMillis = Infinity, offlineAfterMillis = Infinity, errorCode } = behaviour;
    const age = this.now - startedAt;
    const checks: CheckResult[] = [
      { name: 'error-code', ok: age < unhealthyAfterMillis },
      { name: 'cloud', ok: age < offlineAfterMillis && !this.offline, byPast: true },
      { name: 'ready', ok: !this.unready, atConfirm: true },
    ];
    const errors = age < unhealthyAfterMillis || errorCode === undefined ? [] : [errorCode];
    const failing = checks.find(({ ok }) => !ok)?.name;
    return { is: 'health', ok: failing === undefined, failing, checks, errors, environment };
  }

  #verify(target: string): Input {
    const { server } = this.#setup;
    const signed = server.releases.get(target)?.signed;
    const because = `${target} cannot be looked up.`;
    if (server.unreachable) return { is: 'step-failed', target, code: 'download-failed', because };
    if (signed === undefined) return { is: 'refused', target, code: 'unknown-target', because };
    return { is: 'verified', target, signed, root: 1 };
  }

  #seek(): Input {
    const { server } = this.#setup;
    if (server.unreachable && !server.relayed) return { is: 'rescue-not-found', because: 'nobody answers.' };
    const candidates = [...server.releases.values()].filter(({ signed }) => signed.custom.recovery === true);
    return { is: 'rescue-found', candidates, root: 1 };
  }

  #download(target: string, rescue = false): void {
    const { server } = this.#setup;
    const release = server.releases.get(target);
    const cut = server.unreachable && !(rescue && server.relayed);
    if (release === undefined || cut || server.artifactsMissing) {
      const because = 'the connection broke.';
      return void this.#inbox.push({ is: 'step-failed', target, code: 'download-failed', because });
    }
    release.chunks.forEach((chunk, index) => {
      if (this.flash.read(`download/${index}`) !== chunk) this.flash.write(`download/${index}`, chunk);
    });
    const road: Taken = server.unreachable ? { by: 'link', neighbour: 'd-2' } : { by: 'http' };
    this.#inbox.push({ is: 'downloaded', target, ...(rescue ? { road } : {}) });
  }

  #stage({ slot, target, signed }: Extract<Effect, { do: 'stage' }>): void {
    this.flash.remove(`slot-${slot}/label`);
    this.#setup.factory.chunks.forEach((_, index) => {
      this.flash.write(`slot-${slot}/${index}`, this.flash.read(`download/${index}`) ?? '');
    });
    const written = this.#setup.factory.chunks.map((_, index) => this.flash.read(`slot-${slot}/${index}`));
    if (digestOf(written) !== signed.sha256) {
      const because = 'the slot does not read back.';
      return void this.#inbox.push({ is: 'step-failed', target, code: 'stage-failed', because });
    }
    this.flash.replace(`slot-${slot}/label`, JSON.stringify(signed));
    this.#inbox.push({ is: 'staged', target });
  }

  #label(slot: SlotName): PretendRelease['signed'] | null {
    return (parsed(this.flash.read(`slot-${slot}/label`)) ?? null) as PretendRelease['signed'] | null;
  }

  #all(): PretendRelease[] {
    return [this.#setup.factory, ...this.#setup.server.releases.values()];
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
