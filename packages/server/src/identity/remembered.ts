/**
 * Who was admitted lately, in this process's memory: for the acts that must work while the database does not answer.
 * Nothing else may ask it, because what another server revoked is not known here.
 */
import type { Clock, Instant } from '@tuesday/protocol';
import type { Principal } from './principal.ts';

export interface Known {
  readonly principal: Principal;
  /** When the database last said so. */
  readonly confirmedAt: Instant;
}

interface Entry extends Known {
  /** When the token or session ends by itself. */
  readonly until: Instant;
}

export class Remembered {
  readonly #most: number;
  /** By fleet and hash of the secret; the one asked for longest ago first. */
  readonly #entries = new Map<string, Entry>();

  constructor(most: number) {
    this.#most = most;
  }

  keep(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size <= this.#most) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  /** @returns undefined for what was never seen, has ended, or was confirmed by a clock that was moved back since */
  find(key: string, clock: Pick<Clock, 'now'>): Known | undefined {
    const entry = this.#entries.get(key);
    const now = clock.now();
    return entry && entry.confirmedAt <= now && now < entry.until ? entry : undefined;
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }

  /** At every revocation on this server: finding out whom it concerns is not worth a mistake. */
  forgetAll(): void {
    this.#entries.clear();
  }
}

/** This process's memory. */
export const remembered = new Remembered(10_000);
