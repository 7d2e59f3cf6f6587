/** How fast a source sends, in real time: what we wait for ourselves is not held against it. */
import type { Clock } from '@tuesday/protocol';

export interface SpeedFloor {
  readonly bytesPerSecond: number;
  /** The window over which a source must reach that, seconds. */
  readonly overSeconds: number;
}

export class Speed {
  readonly #floor: SpeedFloor;
  readonly #real: Clock;
  #waitingSince: number;
  #waited = 0;
  #bytes = 0;

  /** @param real the wall's clock: an accelerated one does not accelerate the network */
  constructor(floor: SpeedFloor, real: Clock) {
    this.#floor = floor;
    this.#real = real;
    this.#waitingSince = real.now();
  }

  /** Bytes have come; until `ask` the time is ours. */
  heard(bytes: number): void {
    this.#waited += Math.max(0, this.#real.now() - this.#waitingSince);
    this.#bytes += bytes;
  }

  /** From now on the source is waited for. @returns a sentence when the window that ended was too slow */
  ask(): string | undefined {
    this.#waitingSince = this.#real.now();
    if (this.#waited < this.#floor.overSeconds * 1_000) return undefined;
    const perSecond = (this.#bytes * 1_000) / this.#waited;
    const seconds = Math.round(this.#waited / 1_000);
    const bytes = this.#bytes;
    this.#waited = 0;
    this.#bytes = 0;
    if (perSecond >= this.#floor.bytesPerSecond) return undefined;
    return `${bytes} bytes came in ${seconds} s, at least ${this.#floor.bytesPerSecond} a second are wanted`;
  }
}
