/**
 * The device protocol over MQTT: one session, requests and answers correlated by an id, announcements heard.
 * It reconnects by itself, with full jitter and a breaker.
 */
import {
  type Announcement,
  announcementSchema,
  type Clock,
  mqttAnswerSchema,
  topics,
} from '@tuesday/protocol';
import type { DeviceVerb } from '@tuesday/protocol';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { Breaker, type BreakerOptions } from './breaker.ts';
import type { Answer, Transport } from './transport.ts';

/** Real milliseconds that an answer, or a connection, may take. */
const ANSWER_LIMIT = 10_000;

export interface MqttTransportOptions {
  /** `mqtt://host:port`; credentials in it win over the device's own. */
  readonly url: string;
  readonly device: string;
  readonly token: string;
  /** Topic of the fleet's announcements; absent: that of the first fleet. */
  readonly announcements?: string | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly reconnect: BreakerOptions;
  readonly onAnnounced?: (announcement: Announcement) => void;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  readonly timeout: AbortSignal;
  readonly onTimeout: () => void;
}

export class MqttTransport implements Transport {
  readonly name = 'mqtt';
  readonly #options: MqttTransportOptions;
  readonly #announcements: string;
  readonly #breaker: Breaker;
  readonly #closing = new AbortController();
  readonly #waiting = new Map<string, Waiting>();
  #client: MqttClient | undefined;
  #subscribed = false;
  #requests = 0;
  readonly #running: Promise<void>;

  constructor(options: MqttTransportOptions) {
    this.#options = options;
    this.#announcements = options.announcements ?? topics.announcements;
    this.#breaker = new Breaker(options.reconnect, options.clock, options.random);
    this.#running = this.#run();
  }

  get up(): boolean {
    return this.#subscribed;
  }

  request(verb: DeviceVerb, body: object): Promise<Answer> {
    const client = this.#client;
    if (client === undefined || !this.#subscribed) return Promise.reject(new Error('no MQTT session'));
    const request = String(++this.#requests);
    const message = JSON.stringify({ token: this.#options.token, request, body });
    return new Promise((resolve, reject) => {
      const timeout = AbortSignal.timeout(ANSWER_LIMIT);
      const onTimeout = () =>
        this.#settle(request)?.reject(new Error(`no answer for ${ANSWER_LIMIT / 1_000} s`));
      timeout.addEventListener('abort', onTimeout, { once: true });
      this.#waiting.set(request, { resolve, reject, timeout, onTimeout });
      client.publish(topics.up(this.#options.device, verb), message, { qos: 1 }, (error) => {
        if (error) this.#settle(request)?.reject(error);
      });
    });
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the agent stops'));
    await this.#running;
  }

  /** One session after the other until closed. */
  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#session();
      if (signal.aborted) return;
      this.#breaker.failed();
      await this.#options.clock.sleep(this.#breaker.waitMillis, signal).catch(() => undefined);
    }
  }

  /** Resolves when the session is over, however it went. */
  #session(): Promise<void> {
    const client = connect(this.#options.url, this.#clientOptions());
    this.#client = client;
    const end = () => client.end(true);
    return new Promise((resolve) => {
      this.#closing.signal.addEventListener('abort', end, { once: true });
      client.once('connect', () => this.#subscribe(client));
      client.on('message', (topic, payload) => this.#hear(topic, payload));
      client.on('error', end);
      client.once('close', () => {
        this.#closing.signal.removeEventListener('abort', end);
        client.end(true);
        this.#lost();
        resolve();
      });
    });
  }

  #clientOptions(): IClientOptions {
    const { url, device, token } = this.#options;
    const own = new URL(url).username === '' ? { username: device, password: token } : {};
    // The session is ours to renew: the library's own reconnecting has no jitter.
    return {
      ...own,
      clientId: device,
      clean: true,
      protocolVersion: 4,
      reconnectPeriod: 0,
      connectTimeout: ANSWER_LIMIT,
      queueQoSZero: false,
      resubscribe: false,
    };
  }

  #subscribe(client: MqttClient): void {
    const { device } = this.#options;
    client.subscribe([topics.answers(device), this.#announcements], { qos: 1 }, (error) => {
      if (error) {
        client.end(true);
        return;
      }
      this.#subscribed = true;
      this.#breaker.succeeded();
    });
  }

  #hear(topic: string, payload: Buffer): void {
    const message = parsed(payload);
    if (topic === this.#announcements) {
      const announcement = announcementSchema.safeParse(message);
      if (announcement.success) this.#options.onAnnounced?.(announcement.data);
      return;
    }
    const answer = mqttAnswerSchema.safeParse(message);
    if (!answer.success) return;
    const { request, status, body } = answer.data;
    this.#settle(request)?.resolve({ status, body, transport: this.name });
  }

  #lost(): void {
    this.#subscribed = false;
    this.#client = undefined;
    for (const request of this.#waiting.keys())
      this.#settle(request)?.reject(new Error('the MQTT session ended'));
  }

  #settle(request: string): Waiting | undefined {
    const waiting = this.#waiting.get(request);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(request);
    waiting.timeout.removeEventListener('abort', waiting.onTimeout);
    return waiting;
  }
}

function parsed(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
