/** The server's side of a broker, as small as it can be: everything is answered with what was asked. */
import { topics } from '@tuesday/protocol';
import { connectAsync, type MqttClient } from 'mqtt';

export interface EchoPlane {
  /** Requests so far. */
  readonly heard: number;
  /** Hears requests and does not answer. */
  mute: boolean;
  publish(topic: string, text: string): Promise<void>;
  close(): Promise<void>;
}

export async function startEchoPlane(url: string): Promise<EchoPlane> {
  const client: MqttClient = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 20 });
  const publish = async (topic: string, text: string) => {
    await client.publishAsync(topic, text, { qos: 1 });
  };
  const plane = { heard: 0, mute: false, publish, close: () => client.endAsync(true) };
  client.on('message', (topic, payload) => {
    // Its own answers match the subscription, too.
    if (topic.endsWith('/answers')) return;
    plane.heard += 1;
    const { request, body } = JSON.parse(payload.toString()) as { request: string; body: unknown };
    const device = topic.split('/')[3] ?? '';
    if (plane.mute) return;
    void publish(topics.answers(device), JSON.stringify({ request, status: 200, body: { echo: body } }));
  });
  await client.subscribeAsync(topics.allUp, { qos: 1 });
  return plane;
}
