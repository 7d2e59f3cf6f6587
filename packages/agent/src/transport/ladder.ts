/** The rungs a device reaches its server by, MQTT above HTTP. `choice.ts` is the rule by which one is chosen. */
import type { Clock, DeviceVerb } from '@tuesday/protocol';
import { answered, failed, order, probe, type RungHealth, seen, undated, UNTRIED } from './choice.ts';
import type { Answer, Transport } from './transport.ts';

export interface LadderOptions {
  /** Best first. */
  readonly rungs: readonly Transport[];
  readonly clock: Clock;
  /** A rung that failed must have been up for so long before it is trusted again, milliseconds. */
  readonly steadyMillis: number;
  readonly log?: ((event: string, facts: object) => void) | undefined;
}

export class Ladder {
  readonly #options: LadderOptions;
  #health: RungHealth[];
  /** A probe is under way. */
  #probing = false;
  /** What was logged last, so that a rung that is dead for a month is one line. */
  #told = '';

  constructor(options: LadderOptions) {
    this.#options = options;
    this.#health = options.rungs.map(() => UNTRIED);
  }

  /**
   * Tries the rungs in order until one brings an answer.
   *
   * @throws AggregateError with what each rung said
   */
  async request(verb: DeviceVerb, body: object): Promise<Answer> {
    this.#look();
    const failures: Error[] = [];
    for (const index of order(this.#health)) {
      const answer = await this.#ask(index, verb, body).catch((error: unknown) => {
        failures.push(error as Error);
        return undefined;
      });
      if (answer === undefined) continue;
      if (verb === 'check-in') this.#probe(index, body);
      this.#tell(answer.transport, failures);
      return answer;
    }
    const because = failures.map((failure) => failure.message).join('; ');
    this.#tell('none', failures);
    throw new AggregateError(failures, because === '' ? 'no way to the server is up' : because);
  }

  async close(): Promise<void> {
    await Promise.all(this.#options.rungs.map((rung) => rung.close()));
  }

  #look(): void {
    const { rungs, clock } = this.#options;
    const now = clock.now();
    this.#health = this.#health.map((health, index) =>
      seen(undated(health, now), rungs[index]?.upSince, now),
    );
  }

  async #ask(index: number, verb: DeviceVerb, body: object): Promise<Answer> {
    const { rungs, clock, steadyMillis } = this.#options;
    try {
      const answer = await (rungs[index] as Transport).request(verb, body);
      this.#look();
      this.#change(index, (health) => answered(health, clock.now(), steadyMillis));
      return answer;
    } catch (error) {
      this.#change(index, (health) => failed(health, clock.now()));
      throw error;
    }
  }

  /** Nobody waits for it, and its answer says what was said already. */
  #probe(answeredBy: number, body: object): void {
    const { clock, steadyMillis } = this.#options;
    const index = this.#probing ? undefined : probe(this.#health, answeredBy, clock.now(), steadyMillis);
    if (index === undefined) return;
    this.#probing = true;
    void this.#ask(index, 'check-in', body)
      .catch(() => undefined)
      .finally(() => (this.#probing = false));
  }

  #change(index: number, how: (health: RungHealth) => RungHealth): void {
    this.#health = this.#health.with(index, how(this.#health[index] as RungHealth));
  }

  #tell(by: string, failures: readonly Error[]): void {
    const facts = { by, failures: failures.map((failure) => failure.message) };
    const text = JSON.stringify(facts);
    if (text === this.#told) return;
    const first = this.#told === '' && failures.length === 0;
    this.#told = text;
    if (!first) this.#options.log?.('reach', facts);
  }
}
