/** A broker outside: mosquitto, EMQX, … Servers share its messages where it can share. */
import { topics } from '@tuesday/protocol';
import { connectAsync } from 'mqtt';
import type { ByToken } from '../fleets/by-token.ts';
import type { Announcer } from './announcer.ts';
import { wire } from './wire.ts';

export interface ExternalOptions {
  readonly url: string;
  readonly devices: ByToken;
  readonly onFault: (cause: unknown) => void;
}

/** @throws Error when the broker cannot be reached; once connected it is reconnected to for ever */
export async function connectBroker(options: ExternalOptions): Promise<Announcer> {
  let shared = true;
  const client = await connectAsync(
    options.url,
    {
      protocolVersion: 5,
      clean: true,
      reconnectPeriod: 2_000,
      connectTimeout: 10_000,
    },
    false,
  );
  client.on('connect', ({ properties }) => (shared = properties?.sharedSubscriptionAvailable !== false));
  client.on('error', options.onFault);
  const publish = async (topic: string, payload: string, qos: 0 | 1) => {
    await client.publishAsync(topic, payload, { qos });
  };
  const up = wire(options.devices, publish, options.onFault);
  client.on('message', (topic, payload) => void up.receive(topic, payload));
  // Without sharing every server hears everything; reports are idempotent, so that is work, not harm.
  await client.subscribeAsync(shared ? `$share/tuesday/${topics.allUp}` : topics.allUp, { qos: 1 });
  const visible = new URL(options.url);
  visible.username = '';
  visible.password = '';
  return {
    url: visible.href,
    announce: (topic, text) => publish(topic, text, 0),
    // In good order it would wait for what a dead broker can no longer acknowledge.
    close: () => client.endAsync(!client.connected),
  };
}
