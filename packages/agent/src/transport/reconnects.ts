/** When one connection is made again: the frames of `core/frames.ts`, kept for a transport. */
import type { Clock } from '@tuesday/protocol';
import { type Frame, frameMillis, nextFrame, type Pace } from '../core/frames.ts';

export class Reconnects {
  /** What the server named last, milliseconds; 0: nothing yet. Holds from the next frame on. */
  spreadMillis: number;
  readonly #pace: Pace;
  readonly #clock: Clock;
  readonly #random: () => number;
  #frame: Frame | undefined;
  #failures = 0;

  constructor(pace: Pace, clock: Clock, random: () => number, spreadMillis = 0) {
    this.#pace = pace;
    this.#clock = clock;
    this.#random = random;
    this.spreadMillis = spreadMillis;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** Milliseconds until the next attempt. Call it once for each attempt. */
  next(): number {
    const millis = frameMillis(this.#pace, this.#failures, this.spreadMillis);
    const { frame, waitMillis } = nextFrame(this.#frame, this.#clock.now(), millis, this.#random);
    this.#frame = frame;
    return waitMillis;
  }

  failed(): void {
    this.#failures += 1;
  }

  /** A session that held is over. One that did not outlive its frame counts as a failure: the peer is flapping. */
  broke(): void {
    const { from, millis } = this.#frame ?? { from: 0, millis: 0 };
    const outlived = this.#clock.now() >= from + millis;
    this.#failures = outlived ? 0 : this.#failures + 1;
  }
}
