/** The broker of one case: device topics go to the control plane, its answers come back. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { mqttRequestSchema, topics } from '@tuesday/protocol';
import { Aedes } from 'aedes';
import type { Plane } from './plane.ts';
import type { Verb } from './message.ts';

export class Broker {
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Topics that the client subscribed to. */
  readonly subscribed = new Set<string>();

  private constructor(aedes: Aedes) {
    this.#aedes = aedes;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      void aedes.handle(socket);
    });
  }

  static async open(plane: Plane, onChange: () => void): Promise<Broker> {
    const aedes = await Aedes.createBroker();
    const broker = new Broker(aedes);
    aedes.on('subscribe', (subscriptions) => {
      for (const { topic } of subscriptions) broker.subscribed.add(topic);
      onChange();
    });
    aedes.on('publish', (packet, client) => {
      if (client !== null) broker.#hear(plane, packet.topic, packet.payload.toString());
    });
    await new Promise<void>((resolve) => broker.#server.listen(0, '127.0.0.1', resolve));
    plane.mqtt = `mqtt://127.0.0.1:${(broker.#server.address() as AddressInfo).port}`;
    return broker;
  }

  announce(checkInWithinSeconds: number): void {
    this.#publish(topics.announcements, JSON.stringify({ checkInWithinSeconds }));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
    if (!this.#aedes.closed) await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
  }

  #hear(plane: Plane, topic: string, payload: string): void {
    const [, device = '', verb] =
      /^tuesday\/v1\/devices\/([^/]+)\/(check-in|progress|outcomes)$/.exec(topic) ?? [];
    const request = parsed(payload);
    if (verb === undefined || request === undefined) return;
    const message = plane.note(verb as Verb, 'mqtt', JSON.stringify(request.body ?? null));
    const reply = plane.answer(message, request.token);
    if (typeof reply === 'string') return;
    const head = `{"request":${JSON.stringify(request.request)},"status":${reply.status},"body":`;
    this.#publish(topics.answers(device), `${head}${reply.body}}`);
  }

  #publish(topic: string, text: string): void {
    const payload = Buffer.from(text);
    this.#aedes.publish(
      { cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false },
      () => undefined,
    );
  }
}

function parsed(payload: string): { token: string; request: string; body?: unknown } | undefined {
  try {
    return mqttRequestSchema.safeParse(JSON.parse(payload)).data;
  } catch {
    return undefined;
  }
}
