/** What the device says to the server, and what an answer means to the core. */
import {
  type Announcement,
  type CheckIn,
  type CheckInAnswer,
  checkInAnswerSchema,
  type Clock,
  type Outcome,
  type Progress,
  refusedSchema,
} from '@tuesday/protocol';
import * as z from 'zod';
import type { Input } from '../core/types.ts';
import type { Identity } from '../storage/device-storage.ts';
import type { BreakerOptions } from '../transport/breaker.ts';
import { HttpTransport } from '../transport/http.ts';
import { Ladder } from '../transport/ladder.ts';
import { MqttTransport } from '../transport/mqtt.ts';
import type { Answer, Transport } from '../transport/transport.ts';

export interface LinkOptions {
  readonly server: string;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly random: () => number;
  readonly reconnect: BreakerOptions;
  /** MQTT that failed is the last choice for so long after, milliseconds. */
  readonly returnAfterMillis: number;
  readonly onAnnounced: (announcement: Announcement) => void;
}

/** A broken offer must not make the server unreachable: the core judges it, and refuses it by name. */
const envelopeSchema = checkInAnswerSchema.extend({ offer: z.unknown() });

export class DeviceLink {
  readonly #ladder: Ladder;

  constructor(options: LinkOptions) {
    const { server, identity, clock, random, reconnect, returnAfterMillis, onAnnounced } = options;
    const { device, token, mqtt, announcements } = identity;
    const rungs: Transport[] = [new HttpTransport({ server, token })];
    if (mqtt !== undefined) {
      const session = { url: mqtt, device, token, announcements, clock, random, reconnect, onAnnounced };
      rungs.unshift(new MqttTransport(session));
    }
    this.#ladder = new Ladder({ rungs, clock, returnAfterMillis });
  }

  async checkIn(body: CheckIn): Promise<Input> {
    const answer = await this.#ask('check-in', body);
    if ('because' in answer) return { is: 'check-in-failed', because: answer.because };
    const parsed = envelopeSchema.safeParse(answer.body);
    if (answer.status === 200 && parsed.success) {
      const { offer, ...rest } = parsed.data;
      return {
        is: 'checked-in',
        answer: { ...rest, offer: offer as CheckInAnswer['offer'] },
        transport: answer.transport,
      };
    }
    return { is: 'check-in-failed', because: becauseOf(answer) };
  }

  async sendOutcome(outcome: Outcome): Promise<Input> {
    const answer = await this.#ask('outcomes', outcome);
    if ('because' in answer) return { is: 'outcome-failed', outcome, final: false };
    if (answer.status === 200) return { is: 'outcome-accepted', outcome };
    return { is: 'outcome-failed', outcome, final: isFinal(answer) };
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
