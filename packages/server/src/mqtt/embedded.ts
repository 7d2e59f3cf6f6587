/** The broker that needs no installing: in this process, for devices only, each confined to its own topics. */
import { createServer } from 'node:net';
import { topics } from '@tuesday/protocol';
import { Aedes, type Client } from 'aedes';
import type { DeviceTokenClaim } from '../devices/tokens.ts';
import type { ByToken } from '../fleets/by-token.ts';
import { announcementsOf } from '../fleets/runtime.ts';
import type { Announcer } from './announcer.ts';
import { PAYLOAD_LIMIT, parseUpTopic, wire } from './wire.ts';

export interface EmbeddedOptions {
  readonly host: string;
  readonly port: number;
  readonly devices: ByToken;
  readonly onFault: (cause: unknown) => void;
}

/** CONNACK code of MQTT 3.1.1, table 3.1: bad user name or password. */
const BAD_CREDENTIALS = 4;

/** The device that a client signed in as. */
const signedIn = new WeakMap<Client, DeviceTokenClaim>();

export async function startEmbeddedBroker(options: EmbeddedOptions): Promise<Announcer> {
  const broker = await Aedes.createBroker({
    queueLimit: 100,
    maxClientsIdLength: 128,
    authenticate(client, username, password, done) {
      const refused = Object.assign(new Error('bad credentials'), { returnCode: BAD_CREDENTIALS });
      options.devices.whose(password?.toString('utf8')).then(
        (claim) => {
          if (claim === undefined || claim.device !== username) return done(refused, false);
          signedIn.set(client, claim);
          // A session is taken over by its name: nobody takes over another device's by calling itself like it.
          Object.assign(client, { id: `${claim.device}/${client.id}` });
          done(null, true);
        },
        (cause: unknown) => {
          options.onFault(cause);
          done(refused, false);
        },
      );
    },
    authorizePublish(client, packet, done) {
      if (client === null) return done(null);
      const up = parseUpTopic(packet.topic);
      const own = up !== undefined && up.device === signedIn.get(client)?.device;
      const fits = Buffer.byteLength(packet.payload) <= PAYLOAD_LIMIT;
      done(own && fits && !packet.retain ? null : new Error('not a topic or message of this device'));
    },
    authorizeSubscribe(client, subscription, done) {
      const claim = signedIn.get(client);
      const own =
        claim !== undefined &&
        [topics.answers(claim.device), announcementsOf(claim.fleet)].includes(subscription.topic);
      // MQTT 3.1.1, 3.9.3: a subscription that is not granted is answered with a failure code.
      done(null, own ? subscription : null);
    },
  });
  const publish = (topic: string, payload: string, qos: 0 | 1) =>
    new Promise<void>((resolve, reject) => {
      broker.publish(
        { cmd: 'publish', topic, payload: Buffer.from(payload), qos, retain: false, dup: false },
        (error) => (error ? reject(error) : resolve()),
      );
    });
  const up = wire(options.devices, publish, options.onFault);
  await new Promise<void>((resolve) => {
    broker.subscribe(
      topics.allUp,
      (packet, done) => {
        // Acknowledged at once: waiting for the commit would let one transaction hold up the whole broker.
        done();
        void up.receive(packet.topic, Buffer.from(packet.payload));
      },
      resolve,
    );
  });
  const server = createServer((socket) => void broker.handle(socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : options.port;
  return {
    url: `mqtt://${options.host}:${port}`,
    announce: (topic, text) => publish(topic, text, 0),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await closed;
    },
  };
}
