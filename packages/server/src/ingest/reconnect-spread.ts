/**
 * Over how many seconds a fleet that was cut off is to come back, so that its devices never make more
 * connections within a second than the operator stated.
 *
 * Devices try at most once per spread `W`, at moments that are uniform and independent (`frames.ts` of the
 * agent). The connections of `n` devices within one second are then a sum of independent indicators with a
 * mean of at most `m = n / W`, and by Chernoff's bound P(sum ≥ c) ≤ e^-m (e m / c)^c for c > m. A second with
 * more than `c` connections begins at one of them, and at least `c` others follow: over the `n` of a spread
 * the chance of any such second is at most `n` times that. `W` is the shortest for which this is one in a
 * million. Aiming at the stated rate itself would exceed it in about half of all seconds.
 */
import type { Pool } from 'pg';

/** That the stated rate is exceeded somewhere in one spread. */
const CHANCE = 1e-6;

/** Below this a device's own back-off spreads as well, seconds. */
const NOT_WORTH_SAYING = 5;
/** What the protocol can say, seconds. */
const MOST = 86_400;

/** @returns seconds, rounded up to two digits so that a growing fleet does not change every answer */
export function spreadSeconds(devices: number, perSecond: number): number {
  if (devices <= perSecond) return 0;
  const enough = Math.log(CHANCE / devices);
  let [low, high] = [0, perSecond];
  for (let step = 0; step < 60; step++) {
    const mean = (low + high) / 2;
    const bound = perSecond - mean - perSecond * Math.log(perSecond / mean);
    if (bound <= enough) low = mean;
    else high = mean;
  }
  const exact = devices / low;
  const digit = 10 ** Math.max(0, Math.floor(Math.log10(exact)) - 1);
  return Math.min(MOST, Math.ceil(exact / digit) * digit);
}

export class ReconnectSpread {
  readonly #pool: Pool;
  readonly #perSecond: number;
  readonly #onChange: () => void;
  #seconds: number | undefined;

  /** @param pool sees this fleet's tables */
  constructor(pool: Pool, perSecond: number, onChange: () => void) {
    this.#pool = pool;
    this.#perSecond = perSecond;
    this.#onChange = onChange;
  }

  get seconds(): number | undefined {
    return this.#seconds;
  }

  /** @returns a sentence when the stated rate cannot be kept, and that is new */
  async look(): Promise<string | undefined> {
    const { rows } = await this.#pool.query<{ devices: string }>('SELECT count(*) AS devices FROM devices');
    const spread = spreadSeconds(Number(rows[0]?.devices ?? 0), this.#perSecond);
    const seconds = spread <= NOT_WORTH_SAYING ? undefined : spread;
    if (seconds === this.#seconds) return undefined;
    this.#seconds = seconds;
    this.#onChange();
    if (spread < MOST) return undefined;
    return `the fleet would need more than a day to come back at ${this.#perSecond} connections a second`;
  }
}
