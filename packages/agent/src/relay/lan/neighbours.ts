/** Who was heard on the link, what they say they have, and who is not asked again for a while. */
import type { Clock, Instant } from '@tuesday/protocol';
import type { Beacon } from './beacon.ts';

export interface Neighbour {
  /** Address that has the layout of the server's. */
  readonly url: string;
  readonly beacon: Beacon;
  readonly heardAt: Instant;
}

/** A crowd of pretended neighbours must not use up the memory. */
const LIMIT = 64;
const STALE_MILLIS = 10 * 60_000;

export class Neighbours {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #heard = new Map<string, Neighbour>();
  readonly #avoidedUntil = new Map<string, Instant>();

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** @param host address that the beacon came from */
  hear(host: string, beacon: Beacon): void {
    const url = `http://${host}:${beacon.port}`;
    if (!this.#heard.has(url) && this.#heard.size >= LIMIT) this.#dropOldest();
    this.#heard.set(url, { url, beacon, heardAt: this.#clock.now() });
  }

  /** Told an untruth, was too slow or said no: others come first for so long. */
  avoid(url: string, millis: number): void {
    if (this.#avoidedUntil.size >= LIMIT) this.#avoidedUntil.clear();
    this.#avoidedUntil.set(url, this.#clock.now() + millis);
  }

  isAvoided(url: string): boolean {
    const until = this.#avoidedUntil.get(url);
    return until !== undefined && this.#clock.now() < until;
  }

  /** The freshest metadata first. Nobody who is avoided. */
  forMetadata(): Neighbour[] {
    return this.#ranked((neighbour) => neighbour.beacon.timestamp);
  }

  /** Those that say they hold it first; the others may have got it meanwhile. Nobody who is avoided. */
  forArtifact(sha256: string): Neighbour[] {
    return this.#ranked((neighbour) => (neighbour.beacon.holds.includes(sha256) ? 1 : 0));
  }

  #ranked(rank: (neighbour: Neighbour) => number): Neighbour[] {
    const now = this.#clock.now();
    return [...this.#heard.values()]
      .filter(({ url, heardAt }) => now - heardAt < STALE_MILLIS && !this.isAvoided(url))
      .map((neighbour) => ({ neighbour, rank: rank(neighbour), tie: this.#random() }))
      .sort((a, b) => b.rank - a.rank || a.tie - b.tie)
      .map(({ neighbour }) => neighbour);
  }

  #dropOldest(): void {
    const oldest = [...this.#heard.values()].reduce((a, b) => (a.heardAt <= b.heardAt ? a : b));
    this.#heard.delete(oldest.url);
  }
}
