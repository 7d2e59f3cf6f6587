/**
 * A session over the codec `mqtt-packet`, in this thread: CONNECT, SUBSCRIBE, PUBLISH with QoS 1, PINGREQ, and
 * nothing else of the protocol. It never reconnects. Times are real milliseconds.
 */
import type { Duplex } from 'node:stream';
import { wallClock } from '@tuesday/protocol/clock';
import mqtt, { type Packet } from 'mqtt-packet';
import { dial } from './dial.ts';
import { networkWords } from './network-words.ts';
import { PACKET_LIMIT, PacketLimit } from './packet-limit.ts';
import { reasonWords, refusesVersion } from './reason-codes.ts';
import type { OpenSession, Session, SessionEvents, SessionOver, SessionSettings } from './session.ts';

// The codec would keep a buffer for each of 65,536 numbers: 10 MB.
mqtt.writeToStream.cacheNumbers = false;

/** Messages that wait for their acknowledgement; the broker is stuck when there are more. */
const UNACKNOWLEDGED = 64;

export const openSession: OpenSession = (settings, events) => new MqttSession(settings, events);

class MqttSession implements Session {
  readonly #settings: SessionSettings;
  readonly #events: SessionEvents;
  readonly #ending = new AbortController();
  readonly #limit = new PacketLimit();
  readonly #wall = wallClock();
  /** Message id → request. */
  readonly #sent = new Map<number, string>();
  #stream: Duplex | undefined;
  #stage: 'dialling' | 'connecting' | 'subscribing' | 'up' | 'over' = 'dialling';
  #messageId = 1;
  /** Something came since the last look. */
  #heard = false;
  /** Largest packet that the broker takes, bytes. */
  #takes = Number.MAX_SAFE_INTEGER;

  constructor(settings: SessionSettings, events: SessionEvents) {
    this.#settings = settings;
    this.#events = events;
    void this.#open();
  }

  publish(request: string, topic: string, payload: string): void {
    if (this.#stage !== 'up') return this.#events.notPublished(request, 'there is no MQTT session');
    if (this.#sent.size >= UNACKNOWLEDGED) return this.end('the broker does not acknowledge');
    const messageId = this.#nextId();
    const packet = this.#encode({
      cmd: 'publish',
      topic,
      payload,
      qos: 1,
      dup: false,
      retain: false,
      messageId,
    });
    if (packet.length > this.#takes)
      return this.#events.notPublished(request, `the broker takes packets of ${this.#takes} bytes at most`);
    this.#sent.set(messageId, request);
    this.#stream?.write(packet);
  }

  end(because: string): void {
    if (this.#stage === 'up') this.#send({ cmd: 'disconnect', reasonCode: 0 });
    this.#over({ because, tryOtherVersion: false });
  }

  async #open(): Promise<void> {
    const { signal } = this.#ending;
    const { openMillis } = this.#settings;
    void this.#wall.sleep(openMillis, signal).then(
      () => this.#stage !== 'up' && this.#fail(`no session after ${openMillis / 1_000} s`),
      () => undefined,
    );
    try {
      const stream = await dial(this.#settings, signal);
      if (signal.aborted) return void stream.destroy();
      this.#listen(stream);
      this.#connect();
    } catch (error) {
      this.#fail(networkWords(error));
    }
  }

  #listen(stream: Duplex): void {
    this.#stream = stream;
    const parser = mqtt.parser({ protocolVersion: this.#settings.version });
    parser.on('packet', (packet) => this.#hear(packet));
    parser.on('error', (error: Error) => this.#fail(`the broker sent nonsense: ${error.message}`));
    stream.on('data', (chunk: Buffer) => {
      if (this.#stage === 'over') return;
      this.#heard = true;
      try {
        this.#limit.feed(chunk);
        parser.parse(chunk);
      } catch (error) {
        this.#fail((error as Error).message);
      }
    });
    stream.on('error', (error) => this.#fail(networkWords(error)));
    stream.on('close', () => this.#closed());
    stream.on('end', () => this.#closed());
  }

  /** A broker that does not know the version may say so by hanging up. */
  #closed(): void {
    const tryOtherVersion = this.#stage === 'connecting';
    const when = tryOtherVersion ? ' before it said anything' : '';
    this.#over({ because: `the broker closed the connection${when}`, tryOtherVersion });
  }

  #connect(): void {
    const { clientId, username, password, version, keepAliveMillis } = this.#settings;
    this.#stage = 'connecting';
    this.#send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: version,
      clean: true,
      clientId,
      ...(username === '' ? {} : { username, password: Buffer.from(password) }),
      keepalive: Math.ceil((2 * keepAliveMillis) / 1_000),
      ...(version === 5
        ? { properties: { sessionExpiryInterval: 0, maximumPacketSize: PACKET_LIMIT, topicAliasMaximum: 0 } }
        : {}),
    });
  }

  #hear(packet: Packet): void {
    switch (packet.cmd) {
      case 'connack':
        return this.#connected(packet.reasonCode ?? packet.returnCode ?? 0, packet.properties);
      case 'suback':
        return this.#subscribed(packet.granted as number[]);
      case 'publish':
        if (packet.qos === 1) this.#send({ cmd: 'puback', messageId: packet.messageId ?? 0, reasonCode: 0 });
        return this.#events.message(packet.topic, packet.payload.toString());
      case 'puback':
        return this.#acknowledged(packet.messageId ?? 0, packet.reasonCode ?? 0);
      case 'disconnect': {
        const reasonCode = packet.reasonCode ?? 0;
        const because = `the broker ended the session: ${reasonWords(reasonCode)}`;
        return this.#over({ because, reasonCode, tryOtherVersion: false });
      }
      case 'pingresp':
        return;
      case 'auth':
      case 'connect':
      case 'pingreq':
      case 'pubcomp':
      case 'pubrec':
      case 'pubrel':
      case 'subscribe':
      case 'unsuback':
      case 'unsubscribe':
        return this.#fail(`the broker sent ${packet.cmd}, which makes no sense here`);
    }
  }

  #connected(code: number, properties: { maximumPacketSize?: number } = {}): void {
    if (this.#stage !== 'connecting') return this.#fail('the broker accepted twice');
    if (code !== 0) {
      const because = `the broker refused: ${reasonWords(code)}`;
      return this.#over({ because, reasonCode: code, tryOtherVersion: refusesVersion(code) });
    }
    this.#takes = properties.maximumPacketSize ?? Number.MAX_SAFE_INTEGER;
    if (this.#settings.topics.length === 0) return this.#isUp();
    this.#stage = 'subscribing';
    const subscriptions = this.#settings.topics.map((topic) => ({ topic, qos: 1 as const }));
    this.#send({ cmd: 'subscribe', messageId: this.#nextId(), subscriptions });
  }

  #subscribed(granted: readonly number[]): void {
    if (this.#stage !== 'subscribing') return this.#fail('the broker granted what nobody asked for');
    const refused = granted.find((code) => code >= 0x80);
    if (refused !== undefined) {
      const because = `the broker refused a subscription: ${reasonWords(refused)}`;
      return this.#over({ because, reasonCode: refused, tryOtherVersion: false });
    }
    this.#isUp();
  }

  #isUp(): void {
    this.#stage = 'up';
    this.#events.up();
    void this.#keepAlive();
  }

  #acknowledged(messageId: number, code: number): void {
    const request = this.#sent.get(messageId);
    this.#sent.delete(messageId);
    if (request !== undefined && code >= 0x80)
      this.#events.notPublished(request, `the broker did not take it: ${reasonWords(code)}`);
  }

  /** A broker behind a dead line looks like one that has nothing to say: it is asked. */
  async #keepAlive(): Promise<void> {
    for (let silent = 0; silent < 2;) {
      this.#heard = false;
      await this.#wall.sleep(this.#settings.keepAliveMillis, this.#ending.signal).catch(() => undefined);
      if (this.#ending.signal.aborted) return;
      silent = this.#heard ? 0 : silent + 1;
      if (silent < 2) this.#send({ cmd: 'pingreq' });
    }
    this.#fail(`the broker has been silent for ${(2 * this.#settings.keepAliveMillis) / 1_000} s`);
  }

  #nextId(): number {
    this.#messageId = (this.#messageId % 65_535) + 1;
    return this.#messageId;
  }

  #encode(packet: Packet): Buffer {
    return mqtt.generate(packet, { protocolVersion: this.#settings.version });
  }

  #send(packet: Packet): void {
    this.#stream?.write(this.#encode(packet));
  }

  #fail(because: string): void {
    this.#over({ because, tryOtherVersion: false });
  }

  #over(how: SessionOver): void {
    if (this.#stage === 'over') return;
    this.#stage = 'over';
    this.#ending.abort(new Error(how.because));
    // What was written last, a DISCONNECT, still leaves; whoever does not take it is cut off.
    this.#stream?.end();
    void this.#wall.sleep(1_000).then(() => this.#stream?.destroy());
    this.#events.over(how);
  }
}
