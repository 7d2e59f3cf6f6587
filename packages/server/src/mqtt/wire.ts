/** One MQTT message in, one answer out: the same door as HTTP. */
import {
  DEVICE_BODY_LIMIT,
  deviceIdSchema,
  type DeviceVerb,
  mqttRequestSchema,
  topics,
} from '@tuesday/protocol';
import { RETRY_AFTER_SECONDS } from '../ingest/door.ts';
import type { ByToken } from '../fleets/by-token.ts';

/** Largest MQTT payload, bytes: a body at its limit, and what is wrapped around it. */
export const PAYLOAD_LIMIT = DEVICE_BODY_LIMIT + 1_024;

export interface Wire {
  /** A message on `topics.allUp`. Never rejects; what cannot be answered is dropped. */
  receive(topic: string, payload: Buffer): Promise<void>;
}

export type Publish = (topic: string, payload: string, qos: 0 | 1) => Promise<void>;

const TOPIC = /^tuesday\/v1\/devices\/([^/]+)\/(check-in|progress|outcomes)$/;

/** Device and verb of a topic that a device publishes on. */
export function parseUpTopic(topic: string): { device: string; verb: DeviceVerb } | undefined {
  const [, device = '', verb] = TOPIC.exec(topic) ?? [];
  return verb !== undefined && deviceIdSchema.safeParse(device).success
    ? { device, verb: verb as DeviceVerb }
    : undefined;
}

export function wire(devices: ByToken, publish: Publish, onFault: (cause: unknown) => void): Wire {
  return {
    async receive(topic, payload) {
      const up = parseUpTopic(topic);
      const request = payload.length <= PAYLOAD_LIMIT ? parseRequest(payload) : undefined;
      // Without a request id there is nothing that an answer could refer to.
      if (!up || !request) return;
      try {
        const bytes = Buffer.from(JSON.stringify(request.body ?? null));
        const { status, body } = await devices.answer(up.device, up.verb, request.token, bytes);
        const later = status === 503 ? `,"retryAfterSeconds":${RETRY_AFTER_SECONDS}` : '';
        const answer = `{"request":${JSON.stringify(request.request)},"status":${status},"body":${body}${later}}`;
        await publish(topics.answers(up.device), answer, 1);
      } catch (cause) {
        // The device hears nothing and says it again.
        onFault(cause);
      }
    },
  };
}

function parseRequest(payload: Buffer): { token: string; request: string; body: unknown } | undefined {
  try {
    const parsed = mqttRequestSchema.safeParse(JSON.parse(payload.toString('utf8')));
    return parsed.success ? { ...parsed.data, body: parsed.data.body } : undefined;
  } catch {
    return undefined;
  }
}
