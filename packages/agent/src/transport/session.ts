/**
 * One session with a broker, from dialling to its end. Sessions do not renew themselves: whoever opened one
 * decides when the next may be tried. Two ways to have one: in this thread (`mqtt-session.ts`), or in a worker
 * of its own (`isolated-session.ts`), so that a session that is wedged hurts nothing else.
 */
import type { TlsFiles } from './tls-files.ts';

export type MqttVersion = 4 | 5;

/** Plain data: it crosses the border of a thread. */
export interface SessionSettings {
  /** `mqtt:`, `mqtts:`, `ws:` or `wss:`. */
  readonly url: string;
  readonly version: MqttVersion;
  readonly clientId: string;
  /** Empty: neither name nor password is sent. */
  readonly username: string;
  readonly password: string;
  /** Subscribed to with QoS 1; the session is up when all of them are granted, or there are none. */
  readonly topics: readonly string[];
  readonly tls: TlsFiles;
  /** `http://[user:password@]host:port` of a proxy that speaks CONNECT; absent: none. */
  readonly proxy?: string | undefined;
  /** Real milliseconds from dialling to being up. */
  readonly openMillis: number;
  /** Real milliseconds of silence before the broker is asked whether it lives; twice that ends the session. */
  readonly keepAliveMillis: number;
}

/** How a session ended, or why there was none. */
export interface SessionOver {
  readonly because: string;
  /** The broker refused this protocol version, or hung up on it without a word: another may do. */
  readonly tryOtherVersion: boolean;
  /** Reason code of MQTT 5, or return code of MQTT 3.1.1, if the broker gave one. */
  readonly reasonCode?: number | undefined;
}

export interface SessionEvents {
  up(): void;
  message(topic: string, payload: string): void;
  /** The broker did not take this message. */
  notPublished(request: string, because: string): void;
  /** Comes exactly once, last. */
  over(how: SessionOver): void;
}

export interface Session {
  /** QoS 1. @param request names the message in `notPublished` */
  publish(request: string, topic: string, payload: string): void;
  /** Ends it; `over` follows. */
  end(because: string): void;
}

export type OpenSession = (settings: SessionSettings, events: SessionEvents) => Session;
