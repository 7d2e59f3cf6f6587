/** Our own session with the broker, past the relay: what arrives there, and what is asked of the devices. */
import { connectAsync, type MqttClient } from 'mqtt';
import { wallClock } from '@tuesday/protocol/clock';

const clock = wallClock();

export interface Heard {
  readonly topic: string;
  readonly bytes: number;
  readonly text: string;
}

export interface Observer {
  /** Everything since the beginning; long messages by their size only. */
  readonly heard: readonly Heard[];
  /** The first message from `from` on that fits; undefined when none comes in time. */
  next(fits: (message: Heard) => boolean, from: number, limitMillis: number): Promise<Heard | undefined>;
  subscribe(filter: string): Promise<void>;
  /** QoS 0. Resolves when it is written; whether the broker takes it is another matter. */
  publish(topic: string, payload: Buffer): Promise<void>;
  readonly connected: boolean;
  end(): Promise<void>;
}

/** Longest message that is kept as text, bytes. */
const TEXT_LIMIT = 4_096;
const LOOK_MILLIS = 20;
let count = 0;

/** @throws Error when there is no session with the broker in time */
export async function observe(at: { host: string; port: number }, limitMillis: number): Promise<Observer> {
  const client = await session(at, limitMillis);
  const heard: Heard[] = [];
  client.on('message', (topic, payload) => {
    const text = payload.length <= TEXT_LIMIT ? payload.toString('utf8') : '';
    heard.push({ topic, bytes: payload.length, text });
  });
  // A broker that goes away and comes back is part of the play; the client connects again by itself.
  client.on('error', () => undefined);
  return {
    heard,
    async next(fits, from, limitMillis) {
      const until = performance.now() + limitMillis;
      for (let index = from; ;) {
        for (; index < heard.length; index++) if (fits(heard[index] as Heard)) return heard[index];
        if (performance.now() >= until) return undefined;
        await clock.sleep(LOOK_MILLIS);
      }
    },
    async subscribe(filter) {
      await client.subscribeAsync(filter);
    },
    async publish(topic, payload) {
      await client.publishAsync(topic, payload);
    },
    get connected() {
      return client.connected;
    },
    async end() {
      await client.endAsync(true).catch(() => undefined);
    },
  };
}

/** MQTT 3.1.1, because every broker of the matrix speaks it. */
async function session(at: { host: string; port: number }, limitMillis: number): Promise<MqttClient> {
  const until = performance.now() + limitMillis;
  for (;;) {
    try {
      return await connectAsync(
        `mqtt://${at.host}:${at.port}`,
        {
          protocolVersion: 4,
          clientId: `tuesday-matrix-${process.pid}-${count++}`,
          connectTimeout: Math.min(limitMillis, 10_000),
          reconnectPeriod: 200,
          resubscribe: true,
        },
        false,
      );
    } catch (cause) {
      if (performance.now() >= until) throw new Error('there is no session with the broker', { cause });
      await clock.sleep(100);
    }
  }
}

/** The retained message of a topic; undefined when none comes in time. */
export async function readRetained(
  at: { host: string; port: number },
  topic: string,
  limitMillis: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const observer = await observe(at, limitMillis);
  try {
    signal.throwIfAborted();
    await observer.subscribe(topic);
    return (await observer.next((message) => message.topic === topic, 0, limitMillis))?.text;
  } finally {
    await observer.end();
  }
}
