/** A device among its neighbours: gives what it has, within its budget, and knows the roads over which it can take. */
import { join } from 'node:path';
import { type AmongNeighbours, type Clock, wallClock } from '@tuesday/protocol';
import { LanRoad } from '../rescue/lan-road.ts';
import { MeshRoad } from '../rescue/mesh-road.ts';
import type { Road } from '../rescue/road.ts';
import type { SlotPort } from '../slots/slot-port.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import type { TrustFolder } from '../trust/trust-folder.ts';
import { RelayBudget } from './budget.ts';
import { Carrier } from './carrier.ts';
import type { RelayConfig } from './config.ts';
import { Freshness } from './freshness.ts';
import { Holdings } from './holdings.ts';
import { LanRelay } from './lan/lan-relay.ts';
import { MeshLink } from './mesh/mesh-link.ts';
import { UdpBearer } from './mesh/udp-bearer.ts';
import { powerOf } from './power.ts';
import { TellNeighbours } from './tell-neighbours.ts';

export interface RelayOptions {
  readonly config: RelayConfig;
  /** Of the device. */
  readonly folder: string;
  readonly server: string;
  readonly token: string;
  readonly device: string;
  readonly hardware: string;
  readonly trust: TrustFolder;
  readonly slots: Pick<SlotPort, 'content'>;
  readonly random: () => number;
  readonly log: (event: string, facts: object) => void;
  /** Whom it hears, now and then. */
  readonly onNeighbours: (relay: AmongNeighbours) => void;
  readonly disk?: Disk;
}

interface Part {
  /** @throws Error when it cannot be used now */
  start(): Promise<void> | void;
  stop(): Promise<void>;
}

/** Real milliseconds. */
const START_AGAIN = 30_000;

export class Relay {
  /** Nearest first. */
  readonly roads: Road[] = [];
  readonly #parts: Part[] = [];
  readonly #budget: RelayBudget;
  readonly #stopping = new AbortController();
  readonly #log: RelayOptions['log'];
  readonly #clock = wallClock();
  #ahead: ((targets: readonly string[]) => Promise<void>) | undefined;
  #starting: Promise<void>[] = [];

  constructor(options: RelayOptions) {
    const { config, folder, server, token, hardware, trust, slots, random, log, disk = realDisk } = options;
    const clock = this.#clock;
    this.#log = log;
    const memory = { file: join(folder, 'relay', 'budget.json'), disk };
    const budget = new RelayBudget(config, powerOf(config.powerFolder), clock, memory);
    this.#budget = budget;
    const link = { server, token, clock, random, log, disk };
    const carrier = new Carrier({ ...link, folder, limit: config.carryBytes });
    const holdings = new Holdings(trust, slots, () => carrier.content(), disk);
    const give = { holdings, budget, carry: (sha256: string) => carrier.want(sha256) };
    if (config.give) {
      const everyMillis = config.refreshSeconds * 1_000;
      const onRecoveries = carrier.list.bind(carrier);
      const freshness = new Freshness({ ...link, trust, everyMillis, onRecoveries });
      this.#parts.push(freshness);
      this.#ahead = aheadOf(carrier, freshness, clock, this.#stopping.signal);
      this.#parts.push({ start: () => undefined, stop: () => carrier.stop() });
    }
    if (config.lan !== undefined) {
      const lan = new LanRelay({
        ...link,
        ...give,
        config: config.lan,
        gives: config.give,
        hardware,
        device: options.device,
      });
      this.#parts.push(lan);
      const look = () => ({ gives: config.give, ...lan.hearings.heard() });
      const everyMillis = config.tellSeconds * 1_000;
      this.#parts.push(new TellNeighbours({ clock, everyMillis, look, tell: options.onNeighbours }));
      const { neighbours } = lan;
      this.roads.push(new LanRoad({ neighbours, ask: () => lan.ask(), trust, hardware, random, log, disk }));
    }
    if (config.mesh !== undefined) {
      const { address, port, peers, ...mesh } = config.mesh;
      const onFault = (error: Error) => log('mesh-failed', { because: error.message });
      const bearer = new UdpBearer({ address, port, peers, onFault });
      const meshLink = new MeshLink({
        ...link,
        ...give,
        ...mesh,
        bearer,
        device: options.device,
        gives: config.give,
      });
      this.#parts.push(meshLink);
      this.roads.push(new MeshRoad({ link: meshLink, trust, hardware, log, disk }));
    }
  }

  /** What neighbours wait for, as the server says: a hint, which is followed as far as the signed metadata goes. */
  carry(targets: readonly string[]): void {
    this.#ahead?.(targets).catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) this.#log('carry-failed', { because: (error as Error).message });
    });
  }

  /** A link that cannot be used yet is tried again: the device does not wait for its neighbours. */
  start(): void {
    this.#starting = this.#parts.map((part) => this.#startOne(part));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#starting);
    await Promise.all(this.#parts.map((part) => part.stop()));
    // What cannot be written back counts as given.
    await this.#budget.close().catch((error: unknown) => {
      this.#log('relay-failed', { because: (error as Error).message });
    });
  }

  async #startOne(part: Part): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        return await part.start();
      } catch (error) {
        this.#log('relay-failed', { because: (error as Error).message });
        await this.#clock.sleep(START_AGAIN, signal).catch(() => undefined);
      }
    }
  }
}

/** After metadata was fetched anew for a release that it did not list, it is not fetched for so long again, milliseconds. */
const LOOK_AGAIN = 300_000;

function aheadOf(carrier: Carrier, freshness: Freshness, clock: Clock, signal: AbortSignal) {
  let refreshedAt = -Infinity;
  return async (targets: readonly string[]): Promise<void> => {
    if (await carrier.ahead(targets)) return;
    if (clock.now() - refreshedAt < LOOK_AGAIN) return;
    refreshedAt = clock.now();
    if (await freshness.refresh(signal)) await carrier.ahead(targets);
  };
}
