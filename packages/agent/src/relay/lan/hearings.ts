/**
 * Which devices were heard on the link of late, by the ids that they call out: for people who look for a road to a device
 * that is silent elsewhere. Anybody on the link can call out any id, so it is hearsay.
 */
import { type AmongNeighbours, type Clock, type Instant, NEIGHBOURS_NAMED } from '@tuesday/protocol';

const HOUR = 3_600_000;
/** A crowd of pretended neighbours must not use up the memory. */
const LIMIT = 256;

export class Hearings {
  readonly #clock: Clock;
  /** This device: its own voice comes back to it. */
  readonly #own: string;
  /** By id, or by address for those that call out none. */
  readonly #named = new Map<string, Instant>();
  readonly #nameless = new Map<string, Instant>();

  constructor(clock: Clock, own: string) {
    this.#clock = clock;
    this.#own = own;
  }

  /** @param host address that it came from */
  hear(host: string, device: string | undefined): void {
    if (device === this.#own) return;
    const heard = device === undefined ? this.#nameless : this.#named;
    const key = device ?? host;
    // Whoever was heard again is the newest; the oldest makes room.
    heard.delete(key);
    const [oldest] = heard.keys();
    if (heard.size >= LIMIT && oldest !== undefined) heard.delete(oldest);
    heard.set(key, this.#clock.now());
  }

  /** Within the last hour; those that were heard last are named, in the order of their ids. */
  heard(): Pick<AmongNeighbours, 'heard' | 'others'> {
    const since = this.#clock.now() - HOUR;
    const of = (heard: ReadonlyMap<string, Instant>) => [...heard].filter(([, at]) => at >= since);
    const named = of(this.#named).map(([device]) => device);
    const shown = named.slice(-NEIGHBOURS_NAMED).sort();
    return { heard: shown, others: named.length - shown.length + of(this.#nameless).length };
  }
}
