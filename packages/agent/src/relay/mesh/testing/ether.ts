/** An ether in virtual time: who is in reach of whom, and what happens to a frame on its way. */
import type { Instant } from '@tuesday/protocol';
import { MeshEngine, type EngineOptions } from '../engine.ts';

export interface Weather {
  /** Share of frames lost on each hop. */
  readonly loss: number;
  /** Share that comes twice. */
  readonly twice?: number;
  /** Share with one damaged octet. */
  readonly damage?: number;
  /** A frame takes up to so long, so that frames overtake each other, milliseconds. */
  readonly delayMillis?: number;
}

type Event = { readonly at: Instant; readonly order: number; readonly act: () => void };

export class Ether {
  now: Instant = 1_000_000;
  /** Frames that left, all devices together. */
  frames = 0;
  weather: Weather;
  readonly #random: () => number;
  readonly #engines = new Map<
    number,
    { readonly engine: MeshEngine; readonly reach: Set<number>; due: Instant }
  >();
  readonly #events: Event[] = [];
  #order = 0;

  constructor(weather: Weather, random: () => number) {
    this.weather = weather;
    this.#random = random;
  }

  add(options: Omit<EngineOptions, 'random' | 'network'>): MeshEngine {
    const engine = new MeshEngine({ network: 7, random: this.#random, ...options });
    this.#engines.set(options.address, { engine, reach: new Set(), due: Infinity });
    return engine;
  }

  /** Both hear each other from now on. */
  link(a: number, b: number): void {
    this.#engines.get(a)?.reach.add(b);
    this.#engines.get(b)?.reach.add(a);
  }

  unlink(a: number, b: number): void {
    this.#engines.get(a)?.reach.delete(b);
    this.#engines.get(b)?.reach.delete(a);
  }

  /** Somebody says what it likes, without an engine. */
  shout(to: number, frame: Uint8Array): void {
    this.#deliver(to, frame);
  }

  /** Runs until this holds, or for so long at most. */
  run(millis: number, until: () => boolean = () => false): void {
    const end = this.now + millis;
    while (this.now < end && !until()) {
      this.#pollAll();
      const next = Math.min(
        ...this.#events.map(({ at }) => at),
        ...[...this.#engines.values()].map(({ engine }) => engine.nextDue),
      );
      if (next > end) {
        this.now = end;
        return;
      }
      this.now = Math.max(this.now + 0.01, next);
      this.#happen();
    }
  }

  #pollAll(): void {
    for (const [, { engine, reach }] of this.#engines) {
      for (const frame of engine.poll(this.now)) {
        this.frames += 1;
        for (const to of reach) this.#deliver(to, frame);
      }
    }
  }

  #deliver(to: number, frame: Uint8Array): void {
    const { loss, twice = 0, damage = 0, delayMillis = 2 } = this.weather;
    const copies = this.#random() < twice ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (this.#random() < loss) continue;
      const bytes = Uint8Array.from(frame);
      if (this.#random() < damage) {
        const at = Math.floor(this.#random() * bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 + Math.floor(this.#random() * 255));
      }
      const engine = this.#engines.get(to)?.engine;
      const at = this.now + this.#random() * delayMillis;
      this.#events.push({ at, order: (this.#order += 1), act: () => engine?.hear(bytes, this.now) });
    }
  }

  #happen(): void {
    const due = this.#events
      .filter(({ at }) => at <= this.now)
      .sort((a, b) => a.at - b.at || a.order - b.order);
    for (const event of due) this.#events.splice(this.#events.indexOf(event), 1);
    for (const { act } of due) act();
  }
}

/** Full period, seeded, good enough for weather (a linear congruential generator modulo 2^32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
