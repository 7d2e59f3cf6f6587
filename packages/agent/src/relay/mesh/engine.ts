/**
 * One device on the mesh, without clock, bearer or disk: frames and moments in, frames out. Whoever drives it calls
 * `poll` when something was said to it, and at `nextDue`.
 */
import type { Instant } from '@tuesday/protocol';
import { type FetchOptions, MeshFetch } from './fetch.ts';
import { Giving } from './giving.ts';
import { MeshNetwork } from './network.ts';
import { decodePdu, encodePdu, type Pdu } from './pdu.ts';

export interface EngineOptions {
  readonly address: number;
  readonly network: number;
  readonly hops: number;
  /** Frames that leave a second, all together. */
  readonly segmentsPerSecond: number;
  readonly relayDelayMillis: number;
  readonly random: () => number;
  /** Somebody asks who has a file. */
  readonly onAsk?: (from: number, id: string) => void;
  /** Somebody answers our question. */
  readonly onHave?: (have: Extract<Pdu, { is: 'have' }>, from: number) => void;
  readonly onNotNow?: (from: number, seconds: number) => void;
  /** May this source be given segments now? */
  readonly mayGive?: (to: number) => boolean;
  /** May frames of others be passed on? */
  readonly mayRelay?: () => boolean;
  /** A frame leaves. */
  readonly onSent?: (bytes: number) => void;
}

/** Frames of others that wait to be passed on. */
const RELAY_LIMIT = 256;
/** Words that wait. */
const SAY_LIMIT = 64;

export class MeshEngine {
  readonly giving = new Giving();
  readonly #options: EngineOptions;
  readonly #network: MeshNetwork;
  #said: Uint8Array[] = [];
  #onward: { readonly frame: Uint8Array; readonly at: Instant }[] = [];
  #freeAt: Instant = 0;
  #fetch: MeshFetch | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#network = new MeshNetwork(options);
  }

  say(pdu: Pdu): void {
    if (this.#said.length < SAY_LIMIT) this.#said.push(this.#network.wrap(encodePdu(pdu)));
  }

  /** One file at a time; a new one takes its place. */
  fetch(options: FetchOptions, now: Instant): MeshFetch {
    this.#fetch = new MeshFetch(options, now);
    return this.#fetch;
  }

  endFetch(): void {
    this.#fetch = undefined;
  }

  hear(frame: Uint8Array, now: Instant): void {
    const heard = this.#network.hear(frame);
    if (heard === undefined) return;
    const pdu = decodePdu(heard.pdu);
    const isForUs = pdu !== undefined && this.#take(pdu, heard.source, now);
    if (!isForUs && heard.onward !== undefined) this.#passOn(heard.onward, now);
  }

  /** Frames to send now, as many as the rate allows. */
  poll(now: Instant): Uint8Array[] {
    for (const want of this.#fetch?.state(now) === 'running' ? this.#fetch.wants(now) : []) this.say(want);
    const frames: Uint8Array[] = [];
    const gap = 1_000 / this.#options.segmentsPerSecond;
    // A pause does not save up more than a few frames; a clock that was set back loses nothing.
    if (this.#freeAt > now + 60_000) this.#freeAt = now;
    this.#freeAt = Math.max(this.#freeAt, now - 4 * gap);
    while (this.#freeAt <= now) {
      const frame = this.#nextFrame(now);
      if (frame === undefined) break;
      frames.push(frame);
      this.#options.onSent?.(frame.length);
      this.#freeAt += gap;
    }
    return frames;
  }

  /** Infinity: nothing to do until something is heard or asked. */
  get nextDue(): Instant {
    const relay = Math.min(...this.#onward.map(({ at }) => at));
    const something =
      this.#said.length > 0 || this.giving.isWaiting ? this.#freeAt : Math.max(this.#freeAt, relay);
    return Math.min(something, this.#fetch?.nextDue ?? Infinity);
  }

  /** @returns true when nobody else needs to hear it */
  #take(pdu: Pdu, from: number, now: Instant): boolean {
    const { address, onAsk, onHave, onNotNow, mayGive } = this.#options;
    if (pdu.is === 'data') return this.#fetch?.hear(from, pdu, now) ?? false;
    if (pdu.is === 'ask') {
      onAsk?.(from, pdu.id);
      return false;
    }
    if (pdu.to !== address) return false;
    if (pdu.is === 'have') onHave?.(pdu, from);
    else if (pdu.is === 'not-now') onNotNow?.(from, pdu.seconds);
    else if (mayGive?.(from) ?? true) this.giving.want(pdu, now);
    return true;
  }

  #passOn(frame: Uint8Array, now: Instant): void {
    if (this.#onward.length >= RELAY_LIMIT || this.#options.mayRelay?.() === false) return;
    const { random, relayDelayMillis } = this.#options;
    this.#onward.push({ frame, at: now + random() * relayDelayMillis });
  }

  /** Words first, then what others need, then our own segments. */
  #nextFrame(now: Instant): Uint8Array | undefined {
    const said = this.#said.shift();
    if (said !== undefined) return said;
    const index = this.#onward.findIndex(({ at }) => at <= now);
    if (index >= 0) return this.#onward.splice(index, 1)[0]?.frame;
    const data = this.giving.next();
    return data === undefined ? undefined : this.#network.wrap(encodePdu(data));
  }
}
