/** What a case works with: a control plane, a client in a fresh folder, releases, and ways to wait. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CheckIn, type Clock, formatClock, type Outcome, type TargetCustom } from '@tuesday/protocol';
import type { ArtifactMaker, Behaviour } from './artifact.ts';
import { Broker } from './broker.ts';
import { Fails } from './case.ts';
import { ClientProcess } from './client-process.ts';
import { checkInOf, type Message, outcomeOf } from './message.ts';
import { Plane } from './plane.ts';
import { artifactPath, Repository, type Signed, targetPath, type Terms } from './repository.ts';

export interface BenchOptions {
  readonly command: string;
  /** Fresh; everything of this case goes in here. */
  readonly folder: string;
  /** The client's: a protocol second is a second of it. */
  readonly clock: Clock;
  readonly clockSetting: Parameters<typeof formatClock>[0] | undefined;
  /** Poll interval that the offers name, protocol seconds. */
  readonly pollSeconds: number;
  readonly makeArtifact: ArtifactMaker;
  readonly mqtt: boolean;
  /** Aborted when the case has taken too long. */
  readonly over: AbortSignal;
}

export const DEVICE = 'device-1';
export const HARDWARE = 'th-1';
const FLEET_KEY = 'tsf1.conformance';
const TOKEN = 'tsd1.device-1.conformance';

/** Bytes of a test artifact: many reads, and still an instant. */
const SIZE = 200_000;

/** A client that ended so often in one case does not stay up. */
const ENDS = 60;

/** What the device runs when it comes from the factory. */
export const FACTORY: TargetCustom = {
  tuesday: 1,
  version: '3.2.4',
  hardware: HARDWARE,
  securityVersion: 2,
  wayBack: { version: '3.2.3', target: targetPath('3.2.3', HARDWARE) },
};

export class Bench {
  readonly #options: BenchOptions;
  readonly plane: Plane;
  readonly client: ClientProcess;
  readonly repository = new Repository();
  broker: Broker | undefined;
  #news = Promise.withResolvers<void>();

  private constructor(options: BenchOptions) {
    this.#options = options;
    const onChange = () => this.#changed();
    this.plane = new Plane(
      {
        clock: options.clock,
        device: DEVICE,
        hardware: HARDWARE,
        fleetKey: FLEET_KEY,
        token: TOKEN,
        onMessage: onChange,
        startsOf: () => this.client.starts,
      },
      options.pollSeconds,
    );
    const logFile = join(options.folder, 'client.log');
    // The address is known once the plane listens.
    const environment: Record<string, string> = {};
    this.client = new ClientProcess({ command: options.command, environment, logFile, onChange });
    this.#environment = environment;
  }

  readonly #environment: Record<string, string>;

  static async open(options: BenchOptions): Promise<Bench> {
    const bench = new Bench(options);
    await bench.plane.open();
    if (options.mqtt) bench.broker = await Broker.open(bench.plane, () => bench.#changed());
    Object.assign(bench.#environment, bench.#provision());
    return bench;
  }

  async close(): Promise<void> {
    await this.client.stop();
    await this.broker?.close();
    await this.plane.close();
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** So many poll intervals, milliseconds of the client's clock. */
  polls(count: number): number {
    return count * this.#options.pollSeconds * 1_000;
  }

  /** So many poll intervals, seconds, for an offer. */
  pollSeconds(count: number): number {
    return Math.round(count * this.#options.pollSeconds);
  }

  /** The files of the contract, and the variables that name them. */
  #provision(): Record<string, string> {
    const { folder, clock, clockSetting } = this.#options;
    const data = join(folder, 'data');
    mkdirSync(data);
    const file = (name: string, content: string | Buffer) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    return {
      TUESDAY_SERVER: this.plane.url,
      TUESDAY_DEVICE: DEVICE,
      TUESDAY_HARDWARE: HARDWARE,
      TUESDAY_DATA: data,
      TUESDAY_FLEET_KEY_FILE: file('fleet-key', FLEET_KEY),
      TUESDAY_ROOT_FILE: file('root.json', this.repository.root(clock.now())),
      TUESDAY_FACTORY_FILE: file('factory.bundle', this.#bytes({ ...FACTORY, health: 'ok' })),
      TUESDAY_FACTORY_FACTS_FILE: file('factory.json', JSON.stringify(FACTORY)),
      TUESDAY_CLOCK: clockSetting === undefined ? '' : formatClock(clockSetting),
    };
  }

  #bytes({ version, hardware, health }: Behaviour): Buffer {
    return this.#options.makeArtifact({ version, hardware, health }, SIZE);
  }

  /** A release as it is signed; `3.2.5` with the way back that the device runs, unless it says otherwise. */
  release(version: string, health: Behaviour['health'] = 'ok', more: Partial<TargetCustom> = {}): Signed {
    const { wayBack: _, ...facts } = FACTORY;
    const back = { version: FACTORY.version, target: targetPath(FACTORY.version, HARDWARE) };
    const custom = { ...facts, version, ...(version === FACTORY.version ? {} : { wayBack: back }), ...more };
    const bytes = this.#bytes({ version: custom.version, hardware: custom.hardware, health });
    return { target: targetPath(version, HARDWARE), bytes, custom };
  }

  /** Signs and serves these releases. */
  publish(listed: readonly Signed[], more: Partial<Terms> = {}, by: Repository = this.repository): void {
    const terms = { version: 1, now: this.clock.now(), ...more };
    this.plane.metadata = by.metadata(listed, terms);
    this.serve(listed);
  }

  serve(listed: readonly Signed[]): void {
    for (const { target, bytes } of listed) this.plane.artifacts.set(artifactPath(target, bytes), bytes);
  }

  /** @returns the offer, which is what check-ins are answered with from now on */
  offer(version: string, more: object = {}): string {
    const offer = {
      kind: 'update',
      offer: `r1.${version}`,
      rollout: 'r1',
      version,
      target: targetPath(version, HARDWARE),
      probationSeconds: this.pollSeconds(1),
      ...more,
    };
    this.plane.offer = offer;
    return offer.offer;
  }

  withdraw(): void {
    this.plane.offer = { kind: 'none', because: 'There is nothing to do.' };
  }

  get checkIns(): Array<Message & { body: CheckIn }> {
    return this.plane.messages.filter((message) => checkInOf(message) !== undefined) as never;
  }

  /** Outcomes about an offer, or all; each time that one was sent. */
  outcomes(offer?: string): Outcome[] {
    const all = this.plane.messages.map(outcomeOf).filter((outcome) => outcome !== undefined);
    return offer === undefined ? all : all.filter((outcome) => outcome.offer === offer);
  }

  outcome(offer: string, kind: Outcome['kind']): Outcome | undefined {
    return this.outcomes(offer).find((outcome) => outcome.kind === kind);
  }

  /**
   * Waits until it is there.
   *
   * @param millis of the client's clock; the time limit of the case without it
   * @throws Fails when it does not come
   */
  async until<T>(what: string, look: () => T | undefined | false, millis?: number): Promise<T> {
    const found = await this.#watch(look, millis);
    if (found !== undefined) return found;
    const span = millis === undefined ? '' : ` within ${Math.round(millis / 1_000)} s`;
    throw new Fails(`${what} did not come${span}.`);
  }

  /** @throws Fails when it comes */
  async never(what: string, look: () => unknown, millis: number): Promise<void> {
    const found = await this.#watch(() => (look() ? true : undefined), millis);
    if (found !== undefined) throw new Fails(`${what}.`);
    if (this.#options.over.aborted) throw new Fails('the case took too long.');
  }

  /** The next check-in that is answered with 200 from now on. */
  nextCheckIn(millis?: number): Promise<Message & { body: CheckIn }> {
    const seen = this.plane.messages.length;
    const look = () =>
      this.plane.messages
        .slice(seen)
        .find((message) => checkInOf(message) !== undefined && message.status === 200);
    return this.until('a check-in', look, millis) as Promise<Message & { body: CheckIn }>;
  }

  async #watch<T>(look: () => T | undefined | false, millis: number | undefined): Promise<T | undefined> {
    const stop = new AbortController();
    const over = AbortSignal.any([stop.signal, this.#options.over]);
    const late = this.clock
      .sleep(millis ?? 1e9, over)
      .then(() => true)
      .catch(() => true);
    try {
      for (;;) {
        const found = look();
        if (found !== undefined && found !== false) return found;
        const news = this.#news.promise.then(() => false);
        if (await Promise.race([news, late])) return undefined;
        this.#judgeEnds();
      }
    } finally {
      stop.abort();
    }
  }

  #judgeEnds(): void {
    const { ends } = this.client;
    const last = ends.at(-1);
    if (ends.length >= ENDS) throw new Fails(`the client ended ${ends.length} times, last with ${last}.`);
    const unusable = (last === '127' || last === '126') && this.plane.messages.length === 0;
    if (unusable) throw new Fails(`the command cannot be run: it ended with ${last}.`);
  }

  #changed(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}
