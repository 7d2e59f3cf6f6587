/**
 * What one neighbour gives away: places at once and bytes a day, by the rules of the agent's `RelayBudget`, which
 * waits for a real battery and therefore cannot be asked inside one virtual moment.
 */
import type { Instant } from '@tuesday/protocol';

export interface Limits {
  readonly neighbours: number;
  readonly bytesPerDay: number;
}

const DAY = 86_400_000;

export class Giving {
  readonly #limits: Limits;
  readonly #places = new Set<number>();
  #dayFrom: Instant;
  #bytes = 0;
  /** The most of both that was ever in use: what a test compares with the limits. */
  mostPlaces = 0;
  mostBytesADay = 0;

  constructor(limits: Limits, now: Instant) {
    this.#limits = limits;
    this.#dayFrom = now;
  }

  get places(): number {
    return this.#places.size;
  }

  /** @returns false when the bytes of today do not suffice */
  spend(bytes: number, now: Instant): boolean {
    if (now - this.#dayFrom >= DAY) [this.#dayFrom, this.#bytes] = [now, 0];
    if (this.#bytes + bytes > this.#limits.bytesPerDay) return false;
    this.#bytes += bytes;
    this.mostBytesADay = Math.max(this.mostBytesADay, this.#bytes);
    return true;
  }

  /** A place, and the bytes of a whole transfer, both or neither. What a cut leaves over stays counted. */
  take(receiver: number, bytes: number, now: Instant): boolean {
    if (this.#places.size >= this.#limits.neighbours || !this.spend(bytes, now)) return false;
    this.#places.add(receiver);
    this.mostPlaces = Math.max(this.mostPlaces, this.#places.size);
    return true;
  }

  leave(receiver: number): void {
    this.#places.delete(receiver);
  }
}
