/** Both sides of a link: beacons and an HTTP server to give, and the list of those who were heard. */
import { networkInterfaces } from 'node:os';
import type { LanConfig } from '../config.ts';
import type { Holdings } from '../holdings.ts';
import { type Beacon, encodeBeacon } from './beacon.ts';
import { Beacons } from './beacons.ts';
import type { AnswersOptions } from './answers.ts';
import { LanGiver } from './give.ts';
import { Hearings } from './hearings.ts';
import { Neighbours } from './neighbours.ts';

export interface LanRelayOptions extends AnswersOptions {
  readonly config: LanConfig;
  readonly holdings: Holdings;
  /** False: asks only. */
  readonly gives: boolean;
  readonly hardware: string;
  readonly device: string;
  readonly random: () => number;
}

export class LanRelay {
  readonly neighbours: Neighbours;
  readonly hearings: Hearings;
  readonly #options: LanRelayOptions;
  readonly #giver: LanGiver;
  readonly #beacons: Beacons;
  #port: number | undefined;

  constructor(options: LanRelayOptions) {
    this.#options = options;
    const { clock, random, config, log, device } = options;
    this.hearings = new Hearings(clock, device);
    this.neighbours = new Neighbours(clock, random);
    this.#giver = new LanGiver(options);
    this.#beacons = new Beacons({
      config,
      clock,
      random,
      device,
      say: () => this.#say(),
      onVoice: (host, said) => this.hearings.hear(host, said.device),
      onBeacon: (host, beacon) => this.#hear(host, beacon),
      onFault: (error) => log('beacon-failed', { because: error.message }),
    });
  }

  async start(): Promise<void> {
    if (this.#options.gives) this.#port ??= await this.#giver.start(this.#options.config.port);
    await this.#beacons.start();
  }

  ask(): void {
    this.#beacons.ask();
  }

  async stop(): Promise<void> {
    await this.#beacons.stop();
    if (this.#port !== undefined) await this.#giver.stop();
  }

  async #say(): Promise<Buffer | undefined> {
    const { holdings, hardware, device } = this.#options;
    const port = this.#port;
    if (port === undefined) return undefined;
    const holds = (await holdings.artifacts()).map(({ sha256 }) => sha256);
    const timestamp = await holdings.metadata.timestampVersion();
    return encodeBeacon({ port, hardware: [hardware], holds, timestamp, device });
  }

  /** Its own voice comes back to it. */
  #hear(host: string, beacon: Beacon): void {
    const isOwn = beacon.port === this.#port && ownAddresses().has(host);
    if (!isOwn) this.neighbours.hear(host, beacon);
  }
}

function ownAddresses(): Set<string> {
  return new Set(
    Object.values(networkInterfaces())
      .flat()
      .flatMap((one) => (one === undefined ? [] : [one.address])),
  );
}
