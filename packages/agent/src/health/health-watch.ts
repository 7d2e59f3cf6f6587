/** Looks at the declared checks, side by side and each within its time, and tells the core what they say. */
import type { Clock, Environment, Instant } from '@tuesday/protocol';
import type { CheckResult, HealthInput } from '../core/types.ts';
import type { ApplicationPort } from './application.ts';
import { type Check, isByPast } from './declared.ts';
import { ErrorSources } from './error-sources.ts';
import { openJournal, type OpenJournal } from './journal-follower.ts';
import { look } from './look.ts';
import { type RunCommand, runCommand } from './run-command.ts';

export interface HealthWatchOptions {
  readonly checks: readonly Check[];
  readonly application: Pick<ApplicationPort, 'running' | 'broker' | 'error' | 'mqttDownMillis' | 'metrics'>;
  /** Facts that the device knows about itself. */
  readonly environment: Environment;
  readonly clock: Clock;
  /** Something changed that nobody asked for. */
  readonly tell: (input: HealthInput) => void;
  readonly run?: RunCommand;
  readonly openJournal?: OpenJournal;
}

interface Seen {
  readonly ok: boolean;
  readonly at: Instant;
}

export class HealthWatch {
  readonly #options: HealthWatchOptions;
  readonly #errors: ErrorSources;
  #seen = new Map<string, Seen>();
  /** Looks that have not come back: a check is never made twice at the same time. */
  #looking = new Map<string, Promise<boolean>>();
  #stop = new AbortController();

  constructor(options: HealthWatchOptions) {
    this.#options = options;
    const { checks, application, clock } = options;
    this.#errors = new ErrorSources({
      checks,
      application,
      clock,
      openJournal: options.openJournal ?? openJournal,
      onNews: () => void this.news(),
    });
  }

  /** The firmware is started: what was seen of another one is forgotten. */
  begin(): void {
    this.end();
    this.#seen = new Map();
    this.#looking = new Map();
    this.#stop = new AbortController();
    this.#errors.begin();
    for (const check of this.#options.checks) {
      if (check.everyMillis !== undefined)
        void this.#keepLooking(check, check.everyMillis, this.#stop.signal);
    }
  }

  end(): void {
    this.#stop.abort();
    this.#errors.end();
  }

  /** Resolves within the longest time of any check; never throws. */
  async look(): Promise<HealthInput> {
    const { checks, application, environment } = this.#options;
    const results = await Promise.all(checks.map((check) => this.#result(check)));
    const errors = await this.#errors.all();
    const failing = results.find(({ ok }) => !ok)?.name;
    const { broker, metrics } = application;
    return {
      is: 'health',
      ok: failing === undefined,
      ...(failing === undefined ? {} : { failing }),
      checks: results,
      errors,
      environment: broker === undefined ? environment : { ...environment, broker },
      ...(metrics === undefined ? {} : { metrics }),
    };
  }

  /** Looks, and tells it unasked. */
  async news(): Promise<void> {
    const { signal } = this.#stop;
    const input = await this.look();
    if (!signal.aborted) this.#options.tell(input);
  }

  async #result(check: Check): Promise<CheckResult> {
    const { name, everyMillis, holds } = check;
    const seen = this.#seen.get(name);
    const isNew = seen !== undefined && this.#options.clock.now() - seen.at < (everyMillis ?? 0);
    const fresh = isNew && !costsNothing(check);
    return {
      name,
      ok: fresh ? seen.ok : await this.#look(check),
      ...(holds === 'at-confirm' ? { atConfirm: true } : {}),
      ...(isByPast(check) ? { byPast: true } : {}),
      ...(fresh ? { again: true } : {}),
    };
  }

  #look(check: Check): Promise<boolean> {
    const { name } = check;
    const looking = this.#looking.get(name);
    if (looking !== undefined) return looking;
    const [seen, all] = [this.#seen, this.#looking];
    const { clock, application, run = runCommand } = this.#options;
    const next = look(check, { application, errors: this.#errors, run }).then((ok) => {
      seen.set(name, { ok, at: clock.now() });
      all.delete(name);
      return ok;
    });
    all.set(name, next);
    return next;
  }

  /** A check with a rhythm of its own is told when it changes. */
  async #keepLooking(check: Check, everyMillis: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(everyMillis, signal).catch(() => undefined);
      if (signal.aborted) return;
      const before = this.#seen.get(check.name)?.ok ?? true;
      const ok = await this.#look(check);
      if (ok !== before && !signal.aborted) await this.news();
    }
  }
}

/** What the firmware tells by itself is never told from memory. */
function costsNothing(check: Check): boolean {
  return check.kind === 'process' || check.kind === 'error-code' || (check.kind === 'mqtt' && !check.url);
}
