/** How often somebody who does not sign in may ask: so many times a minute of real time for each network. */
import { type Clock, wallClock } from '@tuesday/protocol';
import { networkOf } from '../identity/attempts/key.ts';

const MINUTE = 60_000;
/** Networks that are remembered. */
const NETWORKS = 10_000;

export class Pace {
  readonly #clock: Clock;
  readonly #most: number;
  #minute = 0;
  readonly #asked = new Map<string, number>();

  constructor(most: number, clock: Clock = wallClock()) {
    this.#most = most;
    this.#clock = clock;
  }

  /** @returns seconds to wait; 0: go on */
  ask(address: string): number {
    const now = this.#clock.now();
    const minute = Math.floor(now / MINUTE);
    // With so many networks at once it is no longer somebody: all of them begin anew.
    if (minute !== this.#minute || this.#asked.size >= NETWORKS) this.#asked.clear();
    this.#minute = minute;
    const network = networkOf(address);
    const asked = (this.#asked.get(network) ?? 0) + 1;
    this.#asked.set(network, asked);
    return asked <= this.#most ? 0 : Math.ceil(((minute + 1) * MINUTE - now) / 1_000);
  }
}
