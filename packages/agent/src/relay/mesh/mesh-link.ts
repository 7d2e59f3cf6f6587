/** Drives one engine over a bearer: its timer, what it gives within the budget, and what it is asked to bring. */
import { createHash } from 'node:crypto';
import type { Clock } from '@tuesday/protocol';
import type { NotNow, Place, RelayBudget } from '../budget.ts';
import type { Holdings } from '../holdings.ts';
import type { Assembly } from './assembly.ts';
import type { MeshBearer } from './bearer.ts';
import { FILE_LIMIT } from './blocks.ts';
import { MeshEngine } from './engine.ts';
import { packFiles } from './pack.ts';
import { idOf, METADATA, SEGMENTS } from './pdu.ts';

export interface MeshLinkOptions {
  readonly bearer: MeshBearer;
  readonly device: string;
  readonly network: number;
  readonly hops: number;
  readonly segmentsPerSecond: number;
  readonly relayDelayMillis: number;
  readonly holdings: Holdings;
  readonly budget: RelayBudget;
  readonly carry: (sha256Start: string) => NotNow | undefined;
  /** False: asks and passes on, but gives nothing of its own. */
  readonly gives: boolean;
  /** Real time. */
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: (event: string, facts: object) => void;
}

export interface Have {
  readonly source: number;
  readonly id: string;
  readonly length: number;
  readonly rank: number;
}

/** A neighbour keeps its place for so long after it last asked, milliseconds. */
const PLACE_MILLIS = 60_000;
/** The state of the power is looked at so often. */
const POWER_MILLIS = 30_000;
/** Answers that are listened to. */
const HAVES = 64;
/** Room for the header of a frame, bytes. */
const FRAME = 25;

export class MeshLink {
  readonly #options: MeshLinkOptions;
  readonly #engine: MeshEngine;
  readonly #stopping = new AbortController();
  readonly #places = new Map<number, { readonly place: Place; until: number }>();
  #haves: Have[] | undefined;
  #mayRelay = true;
  #isAnswering = false;
  #wake: (() => void) | undefined;
  #running: Promise<void>[] = [];

  constructor(options: MeshLinkOptions) {
    this.#options = options;
    const { device, budget } = options;
    this.#engine = new MeshEngine({
      ...options,
      address: addressOf(device),
      onAsk: (from, id) => void this.#hearAsk(from, id),
      onHave: (have, from) => this.#hearHave({ source: from, ...have }),
      onNotNow: (from, seconds) => options.log('mesh-not-now', { source: from, seconds }),
      mayGive: (to) => this.#keepPlace(to),
      mayRelay: () => this.#mayRelay,
      onSent: (bytes) => void budget.spend(bytes),
    });
  }

  /** @throws Error when the bearer cannot be used */
  async start(): Promise<void> {
    const { bearer, clock } = this.#options;
    bearer.onSegment((segment) => {
      this.#engine.hear(segment, clock.now());
      this.#nudge();
    });
    await bearer.open();
    this.#running = [this.#drive(), this.#watchBudget()];
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the agent stops'));
    this.#nudge();
    await Promise.all(this.#running);
    for (const { place } of this.#places.values()) place[Symbol.dispose]();
    await this.#options.bearer.close();
  }

  /** Who has the file with this id, or any metadata? Answers that came while listening, in their order. */
  async ask(id: string, listenMillis: number, signal: AbortSignal): Promise<Have[]> {
    const haves: Have[] = (this.#haves = []);
    const { clock } = this.#options;
    // A question may be lost on each hop: it is asked a few times, until somebody answers.
    for (let times = 0; times < 3; times++) {
      this.#engine.say({ is: 'ask', id });
      this.#nudge();
      await clock.sleep(listenMillis / 3, signal);
      if (haves.length > 0) break;
    }
    this.#haves = undefined;
    const first = new Map(
      haves.filter((have) => id === METADATA || have.id === id).map((have) => [have.source, have]),
    );
    return [...first.values()];
  }

  /**
   * The file as this source has it, unproved.
   *
   * @param assembly what another source brought before
   * @returns the assembly; not whole: the source fell silent
   * @throws the signal's reason when it is aborted
   */
  async fetch(
    { source, id, length }: Have,
    signal: AbortSignal,
    onPercent: (percent: number) => void,
    assembly?: Assembly,
  ): Promise<Assembly> {
    const { clock } = this.#options;
    const quietMillis = this.#quietMillis;
    const { hops, relayDelayMillis } = this.#options;
    const overtakeMillis = 50 + hops * relayDelayMillis;
    const terms = {
      id,
      length,
      source,
      quietMillis,
      overtakeMillis,
      patienceMillis: Math.max(60_000, 12 * quietMillis),
    };
    const fetch = this.#engine.fetch(assembly === undefined ? terms : { ...terms, assembly }, clock.now());
    this.#nudge();
    try {
      while (fetch.state(clock.now()) === 'running') {
        await clock.sleep(200, AbortSignal.any([signal, this.#stopping.signal]));
        onPercent(fetch.assembly.percent);
      }
      return fetch.assembly;
    } finally {
      this.#engine.endFetch();
    }
  }

  /** A window of blocks takes so long to leave; only after that is silence a loss. */
  get #quietMillis(): number {
    const { segmentsPerSecond, relayDelayMillis, hops } = this.#options;
    return 250 + hops * relayDelayMillis + (1_000 * 3 * SEGMENTS) / segmentsPerSecond;
  }

  async #drive(): Promise<void> {
    const { clock, bearer } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      for (const frame of this.#engine.poll(clock.now())) bearer.send(frame);
      const nap = new AbortController();
      this.#wake = () => nap.abort();
      const due = Math.min(this.#engine.nextDue - clock.now(), 60_000);
      await clock.sleep(Math.max(1, due), AbortSignal.any([signal, nap.signal])).catch(() => undefined);
    }
  }

  #nudge(): void {
    this.#wake?.();
  }

  async #watchBudget(): Promise<void> {
    const { clock, budget, segmentsPerSecond } = this.#options;
    const { signal } = this.#stopping;
    // What can leave until the next look, and a little more, because that may be late.
    const ahead = Math.ceil((FRAME * segmentsPerSecond * POWER_MILLIS * 1.2) / 1_000);
    while (!signal.aborted) {
      this.#mayRelay = (await budget.mayGive(FRAME, ahead)) === undefined;
      for (const [source, { place, until }] of this.#places) {
        if (clock.now() < until) continue;
        place[Symbol.dispose]();
        this.#places.delete(source);
      }
      await clock.sleep(POWER_MILLIS, signal).catch(() => undefined);
    }
  }

  #hearHave(have: Have): void {
    if (this.#haves !== undefined && this.#haves.length < HAVES) this.#haves.push(have);
  }

  /** One question at a time: answering reads from the disk, and asking is cheap. */
  async #hearAsk(from: number, id: string): Promise<void> {
    if (!this.#options.gives || this.#isAnswering) return;
    this.#isAnswering = true;
    await this.#answer(from, id).catch((error: unknown) => {
      this.#options.log('mesh-failed', { because: (error as Error).message });
    });
    this.#isAnswering = false;
  }

  async #answer(from: number, id: string): Promise<void> {
    const file = await this.#find(id);
    if (file === undefined) return;
    const notNow = 'refused' in file ? file : await this.#takePlace(from, file.bytes.length);
    if (notNow !== undefined) {
      this.#options.log('relay-refused', { neighbour: `mesh ${from}`, because: notNow.refused.because });
      this.#engine.say({ is: 'not-now', to: from, id, seconds: Math.min(65_535, notNow.afterSeconds) });
    } else if (!('refused' in file)) {
      const { clock } = this.#options;
      this.#engine.giving.keep(file.id, file.bytes, clock.now());
      this.#engine.say({ is: 'have', to: from, id: file.id, length: file.bytes.length, rank: file.rank });
    }
    this.#nudge();
  }

  async #find(id: string): Promise<{ id: string; bytes: Buffer; rank: number } | NotNow | undefined> {
    const { holdings, carry } = this.#options;
    if (id === METADATA) {
      const files = await holdings.metadata.all();
      if (!files.has('timestamp.json')) return undefined;
      const bytes = packFiles(files);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { id: idOf(sha256), bytes, rank: (await holdings.metadata.timestampVersion()) % 256 };
    }
    const found = (await holdings.artifacts()).find(({ sha256 }) => idOf(sha256) === id);
    if (found === undefined) return carry(id);
    if (found.length > FILE_LIMIT) return undefined;
    return { id, bytes: await holdings.read(found, 0, found.length), rank: 0 };
  }

  /** Bytes are counted as they leave, so a place here reserves none; but there have to be enough. */
  async #takePlace(source: number, bytes: number): Promise<NotNow | undefined> {
    const tooMany = await this.#options.budget.mayGive(bytes);
    if (tooMany !== undefined) return tooMany;
    if (this.#keepPlace(source)) return undefined;
    const place = await this.#options.budget.takePlace(`mesh ${source}`, 0);
    if ('refused' in place) return place;
    const before = this.#places.get(source);
    before?.place[Symbol.dispose]();
    this.#places.set(source, { place, until: this.#options.clock.now() + PLACE_MILLIS });
    return undefined;
  }

  #keepPlace(source: number): boolean {
    const held = this.#places.get(source);
    if (held === undefined || !this.#mayRelay) return false;
    held.until = this.#options.clock.now() + PLACE_MILLIS;
    return true;
  }
}

/** 24 bits, the same at each start. */
export function addressOf(device: string): number {
  return createHash('sha256').update(device).digest().readUIntBE(0, 3);
}
