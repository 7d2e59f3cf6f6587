/**
 * A device that does what it is told, over the real HTTP protocol, and remembers what it was promised: every
 * outcome that was answered with 200.
 */
import type { CheckIn, CheckInAnswer, Outcome, OutcomeKind } from '@tuesday/protocol';

export class ScriptedDevice {
  readonly device: string;
  readonly accepted: OutcomeKind[] = [];
  readonly #server: string;
  readonly #environment: CheckIn['environment'];
  readonly #goesBack: (version: string) => boolean;
  #token = '';
  #version: string;
  #updates = 0;
  /** It tries a release once. */
  readonly #tried = new Set<string>();
  #rolledBackFrom: string[] = [];
  #waiting: Outcome[] = [];

  /** @param goesBack it tries what it is offered and rolls back: always, or such versions */
  constructor(
    server: string,
    device: string,
    environment: CheckIn['environment'],
    goesBack: boolean | ((version: string) => boolean),
    version = '1.0.0',
  ) {
    this.#version = version;
    this.#server = server;
    this.device = device;
    this.#environment = environment;
    this.#goesBack = typeof goesBack === 'function' ? goesBack : () => goesBack;
  }

  /** What it runs now. */
  get version(): string {
    return this.#version;
  }

  get broker(): string | undefined {
    return this.#environment['broker'];
  }

  async enrol(fleetKey: string): Promise<void> {
    const answer = await this.#post('enrol', fleetKey, {
      protocol: 1,
      device: this.device,
      hardware: 'th-2',
    });
    this.#token = (answer as { token: string }).token;
  }

  /** One round: what is due to be told, then a check-in. Throws when the server does not answer. */
  async round(now: number): Promise<void> {
    for (let outcome = this.#waiting[0]; outcome; outcome = this.#waiting[0]) {
      await this.#post('outcomes', this.#token, outcome);
      this.accepted.push(outcome.kind);
      this.#waiting.shift();
    }
    const { offer } = (await this.#post('check-in', this.#token, this.#report())) as CheckInAnswer;
    if (offer.kind === 'none' || offer.version === this.#version) return;
    if (offer.kind === 'update' && this.#tried.has(offer.version)) return;
    this.#tried.add(offer.version);
    this.#updates += 1;
    const outcome = (kind: OutcomeKind, running: string, because: string): Outcome => ({
      protocol: 1,
      offer: offer.offer,
      rollout: offer.rollout,
      kind,
      running,
      because,
      bootAttempts: 1,
      at: now,
    });
    this.#waiting.push(outcome('installed', offer.version, 'It runs.'));
    if (this.#goesBack(offer.version)) {
      this.#rolledBackFrom = [offer.version];
      this.#waiting.push({
        ...outcome('rolled-back', this.#version, 'Three attempts failed.'),
        code: 'health-failed',
      });
    } else {
      this.#version = offer.version;
      this.#waiting.push(outcome('confirmed', offer.version, 'It held.'));
    }
  }

  #report(): CheckIn {
    return {
      protocol: 1,
      agent: 'scripted',
      hardware: 'th-2',
      active: 'a',
      slots: { a: { state: 'confirmed', version: this.#version }, b: { state: 'empty' } },
      bootAttempts: 0,
      health: { ok: true },
      errors: [],
      environment: this.#environment,
      transport: 'http',
      updates: this.#updates,
      rolledBackFrom: this.#rolledBackFrom,
      root: 1,
    };
  }

  async #post(path: string, token: string, body: unknown): Promise<unknown> {
    const response = await fetch(`${this.#server}/device/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.status !== 200)
      throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
    return response.json();
  }
}
