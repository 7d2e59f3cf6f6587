/** The ether over UDP: every peer is in reach, one datagram a segment. A Bluetooth Mesh bearer can take its place. */
import { createSocket, type Socket } from 'node:dgram';
import { type MeshBearer, SEGMENT_LIMIT } from './bearer.ts';

export interface UdpBearerOptions {
  /** IPv4 address and port that this device is heard from. */
  readonly address: string;
  readonly port: number;
  /** `address:port` of those in reach. */
  readonly peers: readonly string[];
  readonly onFault: (error: Error) => void;
}

export class UdpBearer implements MeshBearer {
  readonly limit = SEGMENT_LIMIT;
  readonly #options: UdpBearerOptions;
  readonly #peers: { readonly host: string; readonly port: number }[];
  #listener: (segment: Uint8Array) => void = () => undefined;
  #socket: Socket | undefined;

  constructor(options: UdpBearerOptions) {
    this.#options = options;
    this.#peers = options.peers.map((peer) => {
      const [host = '', port = ''] = peer.split(':');
      return { host, port: Number(port) };
    });
  }

  /** Port that it is heard on. */
  get port(): number {
    return this.#socket?.address().port ?? this.#options.port;
  }

  async open(): Promise<void> {
    const { address, port, onFault } = this.#options;
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address, port }, () => resolve());
    });
    socket.removeAllListeners('error');
    socket.on('error', onFault);
    socket.setBroadcast(true);
    socket.on('message', (bytes) => {
      if (bytes.length <= this.limit) this.#listener(bytes);
    });
    this.#socket = socket;
  }

  send(segment: Uint8Array): void {
    // The socket keeps what it is given until it has left.
    const copy = Uint8Array.from(segment);
    for (const { host, port } of this.#peers) this.#socket?.send(copy, port, host, () => undefined);
  }

  onSegment(listener: (segment: Uint8Array) => void): void {
    this.#listener = listener;
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket !== undefined) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
}
