/**
 * The device protocol over MQTT: sessions one after the other, requests and answers correlated by an id,
 * announcements heard. When the next session is tried is decided here, by `Reconnects`; a session itself is
 * somebody else's, and may be in a thread of its own.
 */
import {
  type Announcement,
  announcementSchema,
  type Clock,
  DEVICE_BODY_LIMIT,
  type DeviceVerb,
  type Instant,
  mqttAnswerSchema,
  topics,
} from '@tuesday/protocol';
import { networkWords } from './network-words.ts';
import { Pending } from './pending.ts';
import type { ProxySettings } from './proxy.ts';
import { proxyFor } from './proxy.ts';
import type { Reconnects } from './reconnects.ts';
import type { MqttVersion, OpenSession, Session, SessionOver } from './session.ts';
import type { TlsFiles } from './tls-files.ts';
import type { Answer, Transport } from './transport.ts';

/** Real milliseconds that an answer, or a connection, may take. */
const ANSWER_LIMIT = 10_000;
const KEEP_ALIVE = 60_000;

/** A body at its limit and what is wrapped around it; brokers take far more (mosquitto 2.1: 2,000,000 bytes). */
const MESSAGE_LIMIT = DEVICE_BODY_LIMIT + 1_024;

export interface MqttTransportOptions {
  /** `mqtt:`, `mqtts:`, `ws:` or `wss:`; credentials in it win over the device's own. */
  readonly url: string;
  readonly device: string;
  readonly token: string;
  /** Topic of the fleet's announcements; absent: that of the first fleet. */
  readonly announcements?: string | undefined;
  readonly clock: Clock;
  readonly reconnects: Reconnects;
  readonly open: OpenSession;
  /** `auto` by default: 5, or 3.1.1 where the broker refuses 5. */
  readonly version?: 'auto' | MqttVersion;
  /** What `auto` found the last time. */
  readonly remembered?: MqttVersion | undefined;
  /** `auto` found another version than was remembered. */
  readonly onVersion?: (version: MqttVersion) => void;
  readonly tls?: TlsFiles;
  readonly proxy?: ProxySettings;
  readonly onAnnounced?: (announcement: Announcement) => void;
  readonly log?: ((event: string, facts: object) => void) | undefined;
  /** Real milliseconds that an answer, or a connection, may take. */
  readonly answerMillis?: number;
  readonly keepAliveMillis?: number;
}

export class MqttTransport implements Transport {
  readonly name = 'mqtt';
  readonly #options: MqttTransportOptions;
  readonly #announcements: string;
  readonly #closing = new AbortController();
  readonly #pending: Pending;
  #session: Session | undefined;
  #upSince: Instant | undefined;
  #version: MqttVersion;
  #remembered: MqttVersion | undefined;
  #requests = 0;
  #told = '';
  readonly #running: Promise<void>;

  constructor(options: MqttTransportOptions) {
    this.#options = options;
    this.#announcements = options.announcements ?? topics.announcements;
    this.#pending = new Pending(options.answerMillis ?? ANSWER_LIMIT);
    this.#remembered = options.remembered;
    const { version = 'auto' } = options;
    this.#version = version === 'auto' ? (options.remembered ?? 5) : version;
    this.#running = this.#run();
  }

  get upSince(): Instant | undefined {
    return this.#upSince;
  }

  request(verb: DeviceVerb, body: object): Promise<Answer> {
    const session = this.#session;
    if (session === undefined || this.#upSince === undefined)
      return Promise.reject(new Error('there is no MQTT session'));
    const request = String(++this.#requests);
    const message = JSON.stringify({ token: this.#options.token, request, body });
    if (Buffer.byteLength(message) > MESSAGE_LIMIT)
      return Promise.reject(new Error(`a message has at most ${MESSAGE_LIMIT} bytes`));
    const answer = this.#pending.add(request);
    session.publish(request, topics.up(this.#options.device, verb), message);
    return answer;
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the agent stops'));
    await this.#running;
  }

  /** One session after the other until closed. */
  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const { reconnects, clock } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(reconnects.next(), signal).catch(() => undefined);
      if (signal.aborted) return;
      const how = await this.#oneSession();
      if (signal.aborted) return;
      const held = this.#upSince !== undefined;
      this.#lost();
      this.#tell(how.because, how.reasonCode);
      if (held) reconnects.broke();
      else if (!this.#turnVersion(how)) reconnects.failed();
    }
  }

  #oneSession(): Promise<SessionOver> {
    const { signal } = this.#closing;
    return new Promise((resolve) => {
      const end = () => this.#session?.end('the agent stops');
      signal.addEventListener('abort', end, { once: true });
      const over = (how: SessionOver) => {
        signal.removeEventListener('abort', end);
        resolve(how);
      };
      try {
        this.#session = this.#options.open(this.#settings(), {
          up: () => this.#up(),
          message: (topic, payload) => this.#hear(topic, payload),
          notPublished: (request, because) => this.#pending.reject(request, because),
          over,
        });
      } catch (error) {
        // Whatever happens in there, this side goes on.
        over({ because: networkWords(error), tryOtherVersion: false });
      }
    });
  }

  #settings() {
    const { url: text, device, token, tls = {}, proxy = {}, answerMillis, keepAliveMillis } = this.#options;
    const url = new URL(text);
    const own = url.username === '';
    return {
      url: text,
      version: this.#version,
      clientId: device,
      username: own ? device : decodeURIComponent(url.username),
      password: own ? token : decodeURIComponent(url.password),
      topics: [topics.answers(device), this.#announcements],
      tls,
      proxy: proxyFor(url, proxy),
      openMillis: answerMillis ?? ANSWER_LIMIT,
      keepAliveMillis: keepAliveMillis ?? KEEP_ALIVE,
    };
  }

  #up(): void {
    this.#upSince = this.#options.clock.now();
    this.#tell(`connected with MQTT ${this.#version === 5 ? '5' : '3.1.1'}`);
    const { version = 'auto', onVersion } = this.#options;
    if (version !== 'auto' || this.#remembered === this.#version) return;
    this.#remembered = this.#version;
    onVersion?.(this.#version);
  }

  /** @returns whether the next attempt is another one than this, so that this was no failure of the network */
  #turnVersion({ tryOtherVersion }: SessionOver): boolean {
    const { version = 'auto' } = this.#options;
    if (version !== 'auto' || !tryOtherVersion) return false;
    const turned = this.#version === 5;
    this.#version = turned ? 4 : 5;
    return turned;
  }

  #hear(topic: string, payload: string): void {
    const message = parsed(payload);
    if (topic === this.#announcements) {
      const announcement = announcementSchema.safeParse(message);
      if (announcement.success) this.#options.onAnnounced?.(announcement.data);
      return;
    }
    const answer = mqttAnswerSchema.safeParse(message);
    if (!answer.success) return;
    const { request, status, body, retryAfterSeconds } = answer.data;
    const retryAfterMillis = retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1_000;
    this.#pending.resolve(request, { status, body, transport: this.name, retryAfterMillis });
  }

  #lost(): void {
    this.#session = undefined;
    this.#upSince = undefined;
    this.#pending.rejectAll('the MQTT session ended');
  }

  /** The same again is not news. */
  #tell(because: string, reasonCode?: number): void {
    if (this.#told === because) return;
    this.#told = because;
    this.#options.log?.('mqtt', { because, ...(reasonCode === undefined ? {} : { reasonCode }) });
  }
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return undefined;
  }
}
