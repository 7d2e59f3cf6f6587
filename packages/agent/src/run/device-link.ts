/** What the device says to the server, and what an answer means to the core. */
import {
  type Announcement,
  type CheckIn,
  type Clock,
  type Outcome,
  type Progress,
  refusedSchema,
} from '@tuesday/protocol';
import type { Pace } from '../core/frames.ts';
import type { Input } from '../core/types.ts';
import type { Identity } from '../storage/device-storage.ts';
import { HttpTransport } from '../transport/http.ts';
import { Ladder } from '../transport/ladder.ts';
import { MqttTransport } from '../transport/mqtt.ts';
import type { ProxySettings } from '../transport/proxy.ts';
import { Reconnects } from '../transport/reconnects.ts';
import type { MqttVersion, OpenSession } from '../transport/session.ts';
import type { TlsFiles } from '../transport/tls-files.ts';
import type { Answer, Transport } from '../transport/transport.ts';
import { readCheckInAnswer } from './read-answer.ts';

/** How the link reaches its broker. */
export interface MqttLink {
  readonly open: OpenSession;
  readonly version?: 'auto' | MqttVersion;
  readonly remembered?: MqttVersion | undefined;
  readonly onVersion?: (version: MqttVersion) => void;
  readonly tls?: TlsFiles;
  readonly proxy?: ProxySettings;
}

export interface LinkOptions {
  readonly server: string;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly random: () => number;
  readonly reconnect: Pace;
  /** What the server named last for coming back, milliseconds. */
  readonly spreadMillis: number;
  /** A rung that failed must have been up for so long before it is trusted again, milliseconds. */
  readonly steadyMillis: number;
  readonly mqtt: MqttLink;
  readonly onAnnounced: (announcement: Announcement) => void;
  readonly log?: ((event: string, facts: object) => void) | undefined;
}

export class DeviceLink {
  readonly #ladder: Ladder;
  readonly #reconnects: Reconnects;
  #answered = false;

  constructor(options: LinkOptions) {
    const { server, identity, clock, random, steadyMillis, onAnnounced, log } = options;
    const { device, token, mqtt, announcements } = identity;
    this.#reconnects = new Reconnects(options.reconnect, clock, random, options.spreadMillis);
    const rungs: Transport[] = [new HttpTransport({ server, token })];
    if (mqtt !== undefined) {
      const session = { ...options.mqtt, url: mqtt, device, token, announcements, clock, onAnnounced, log };
      rungs.unshift(new MqttTransport({ ...session, reconnects: this.#reconnects }));
    }
    this.#ladder = new Ladder({ rungs, clock, steadyMillis, log });
  }

  /** The server has answered a check-in since this link was made. */
  get answered(): boolean {
    return this.#answered;
  }

  async checkIn(body: CheckIn): Promise<Input> {
    const answer = await this.#ask('check-in', body);
    if ('because' in answer) return { is: 'check-in-failed', because: answer.because };
    const heard = answer.status === 200 ? readCheckInAnswer(answer.body) : undefined;
    if (heard !== undefined) {
      this.#answered = true;
      const { reconnectWithinSeconds: spread } = heard;
      if (spread !== undefined) this.#reconnects.spreadMillis = spread * 1_000;
      return { is: 'checked-in', answer: heard, transport: answer.transport };
    }
    return {
      is: 'check-in-failed',
      because: becauseOf(answer),
      retryAfterMillis: answer.retryAfterMillis,
    };
  }

  async sendOutcome(outcome: Outcome): Promise<Input> {
    const answer = await this.#ask('outcomes', outcome);
    if ('because' in answer) return { is: 'outcome-failed', outcome, final: false };
    if (answer.status === 200) return { is: 'outcome-accepted', outcome };
    return {
      is: 'outcome-failed',
      outcome,
      final: isFinal(answer),
      retryAfterMillis: answer.retryAfterMillis,
    };
  }

  async sendProgress(progress: Progress): Promise<void> {
    await this.#ask('progress', progress);
  }

  close(): Promise<void> {
    return this.#ladder.close();
  }

  async #ask(
    verb: 'check-in' | 'outcomes' | 'progress',
    body: object,
  ): Promise<Answer | { because: string }> {
    try {
      return await this.#ladder.request(verb, body);
    } catch (error) {
      return { because: (error as Error).message };
    }
  }
}

/** Statuses after which the same words may be accepted another time. */
const NOT_FOR_GOOD = new Set([401, 403, 408, 425, 429]);

/** Only the server itself can say no for good; a proxy's page cannot. */
function isFinal({ status, body }: Answer): boolean {
  return status >= 400 && status < 500 && !NOT_FOR_GOOD.has(status) && refusedSchema.safeParse(body).success;
}

function becauseOf({ status, body }: Answer): string {
  const refused = refusedSchema.safeParse(body);
  return refused.success ? refused.data.refused.because : `the server answered ${status}`;
}
