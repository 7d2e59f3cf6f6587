/**
 * The rungs a device reaches its server by: MQTT first, HTTP when that fails. After a failure MQTT must have
 * been up for a while before it is trusted with a request again, so that a flapping broker does not cost a
 * time-out on every poll.
 */
import type { Clock, DeviceVerb, Instant } from '@tuesday/protocol';
import type { Answer, Transport } from './transport.ts';

export interface LadderOptions {
  /** Best first. */
  readonly rungs: readonly Transport[];
  readonly clock: Clock;
  /** A rung that failed is the last choice for so long after, milliseconds. */
  readonly returnAfterMillis: number;
}

export class Ladder {
  readonly #options: LadderOptions;
  /** Rung → when it last failed. */
  readonly #failedAt = new Map<Transport, Instant>();

  constructor(options: LadderOptions) {
    this.#options = options;
  }

  /**
   * Tries the rungs in order until one brings an answer.
   *
   * @throws AggregateError with what each rung said
   */
  async request(verb: DeviceVerb, body: object): Promise<Answer> {
    const failures: unknown[] = [];
    for (const rung of this.#order()) {
      try {
        const answer = await rung.request(verb, body);
        if (!this.#isShunned(rung)) this.#failedAt.delete(rung);
        return answer;
      } catch (error) {
        this.#failedAt.set(rung, this.#options.clock.now());
        failures.push(error);
      }
    }
    const because = failures.map((failure) => (failure as Error).message).join('; ');
    throw new AggregateError(failures, because === '' ? 'no way to the server is up' : because);
  }

  async close(): Promise<void> {
    await Promise.all(this.#options.rungs.map((rung) => rung.close()));
  }

  /** Trusted rungs first, each group in its order; rungs that are down are left out but remembered as failed. */
  #order(): Transport[] {
    const up: Transport[] = [];
    for (const rung of this.#options.rungs) {
      if (rung.up) up.push(rung);
      else this.#failedAt.set(rung, this.#options.clock.now());
    }
    return [...up.filter((rung) => !this.#isShunned(rung)), ...up.filter((rung) => this.#isShunned(rung))];
  }

  #isShunned(rung: Transport): boolean {
    const at = this.#failedAt.get(rung);
    return at !== undefined && this.#options.clock.now() - at < this.#options.returnAfterMillis;
  }
}
