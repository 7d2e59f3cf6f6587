/**
 * The customers' own brokers, played by aedes: each announces one mosquitto version where mosquitto does, in
 * the retained topic `$SYS/broker/version`. They are no mosquitto. What the firmware reads from them is what it
 * would read there; the firmware's tests run against a real mosquitto too.
 */
import { createServer, type AddressInfo } from 'node:net';
import { Aedes } from 'aedes';

export interface HouseholdBroker {
  /** As the firmware reports it, for instance `mosquitto 2.0.18`. */
  readonly announces: string;
  readonly port: number;
  close(): Promise<void>;
}

/** @param version for instance `2.0.18` */
export async function startHouseholdBroker(version: string): Promise<HouseholdBroker> {
  const broker = await Aedes.createBroker({ heartbeatInterval: 3_600_000 });
  await announce(broker, `mosquitto version ${version}`);
  const server = createServer((socket) => void broker.handle(socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    announces: `mosquitto ${version}`,
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await closed;
    },
  };
}

function announce(broker: Aedes, text: string): Promise<void> {
  const packet = {
    cmd: 'publish',
    topic: '$SYS/broker/version',
    payload: Buffer.from(text),
    qos: 0,
    retain: true,
    dup: false,
  } as const;
  return new Promise((resolve, reject) =>
    broker.publish(packet, (error) => (error ? reject(error) : resolve())),
  );
}
