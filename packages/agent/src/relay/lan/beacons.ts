/** Beacons over UDP multicast: one socket for each link that sends, all of them hear. */
import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import type { Clock } from '@tuesday/protocol';
import type { LanConfig } from '../config.ts';
import { type Ask, type Beacon, encodeAsk, readDatagram } from './beacon.ts';

export interface BeaconsOptions {
  readonly config: LanConfig;
  readonly clock: Clock;
  readonly random: () => number;
  /** What this device has to say; undefined: it gives nothing. */
  readonly say: () => Promise<Buffer | undefined>;
  /** Id of this device. */
  readonly device: string;
  /** Whoever says anything. */
  readonly onVoice: (host: string, said: Ask | Beacon) => void;
  readonly onBeacon: (host: string, beacon: Beacon) => void;
  readonly onFault: (error: Error) => void;
}

/** An answer to an ask leaves at a random moment of so many milliseconds, so that a crowd does not shout at once. */
const ANSWER_WITHIN = 200;
/** Asks that come closer together are answered once, milliseconds: nobody is made to shout by a small datagram. */
const ANSWER_LEAST = 500;

export class Beacons {
  readonly #options: BeaconsOptions;
  readonly #stopping = new AbortController();
  #sockets: Socket[] = [];
  #answeredAt = -Infinity;
  #speaking: Promise<void> = Promise.resolve();

  constructor(options: BeaconsOptions) {
    this.#options = options;
  }

  /** @throws Error when none of the links can be used */
  async start(): Promise<void> {
    const { config, onFault } = this.#options;
    for (const address of config.addresses ?? ownAddresses()) {
      try {
        this.#sockets.push(await this.#open(address));
      } catch (error) {
        onFault(error as Error);
      }
    }
    if (this.#sockets.length === 0) throw new Error('relay.lan: no link can be used for beacons');
    this.#speaking = this.#speak();
  }

  /** Calls for beacons. */
  ask(): void {
    this.#send(encodeAsk(this.#options.device));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#speaking;
    await Promise.all(this.#sockets.map((socket) => new Promise<void>((done) => socket.close(() => done()))));
    this.#sockets = [];
  }

  async #open(address: string): Promise<Socket> {
    const { group, beaconPort } = this.#options.config;
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    socket.on('message', (bytes, { address: host }) => this.#hear(host, bytes));
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      // Bound to the group: what is meant for other groups on the same port is not heard.
      socket.bind({ address: group, port: beaconPort }, () => {
        try {
          socket.addMembership(group, address);
          socket.setMulticastInterface(address);
          socket.setMulticastTTL(1);
          resolve();
        } catch (error) {
          socket.close();
          reject(error);
        }
      });
    });
    socket.removeAllListeners('error');
    socket.on('error', this.#options.onFault);
    return socket;
  }

  #hear(host: string, bytes: Buffer): void {
    const said = readDatagram(bytes);
    if (said === undefined) return;
    this.#options.onVoice(host, said);
    if (said.is === 'ask') void this.#answer();
    else this.#options.onBeacon(host, said);
  }

  async #answer(): Promise<void> {
    const { clock, random } = this.#options;
    if (clock.now() - this.#answeredAt < ANSWER_LEAST) return;
    this.#answeredAt = clock.now();
    await clock
      .sleep(random() * ANSWER_WITHIN, this.#stopping.signal)
      .then(() => this.#call())
      .catch(() => undefined);
  }

  async #speak(): Promise<void> {
    const { clock, random, config } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#call().catch(this.#options.onFault);
      await clock.sleep(config.beaconSeconds * 1_000 * (0.5 + random()), signal).catch(() => undefined);
    }
  }

  async #call(): Promise<void> {
    const said = await this.#options.say();
    if (said !== undefined && !this.#stopping.signal.aborted) this.#send(said);
  }

  #send(bytes: Buffer): void {
    const { group, beaconPort } = this.#options.config;
    // A link that is down loses a beacon; the next one comes.
    for (const socket of this.#sockets) socket.send(bytes, beaconPort, group, () => undefined);
  }
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flat()
    .flatMap((one) => (one !== undefined && one.family === 'IPv4' && !one.internal ? [one.address] : []));
}
