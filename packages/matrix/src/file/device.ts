/** How the firmware is started, and what a healthy device shows. */
import { durationSchema, errorCodeSchema } from '@tuesday/protocol';
import * as z from 'zod';

const variableSchema = z.string().regex(/^[A-Z_][A-Z0-9_]{0,63}$/, 'use capital letters, digits and "_"');
/** May contain `{DEVICE}`. */
const topicSchema = z.string().min(1).max(256);

export const sendsLargeSchema = z.object({
  ask: topicSchema,
  with: z.string().max(1_000).default(''),
  to: topicSchema,
});

export const deviceSchema = z.object({
  /** A shell command; the firmware of one device. Its environment is in `docs/matrix.md`. */
  command: z.string().min(1).max(4_000),
  /** In each cell. */
  count: z.int().min(1).max(1_000).default(2),
  env: z.record(variableSchema, z.string().max(4_000)).default({}),
  /** Firmware that obeys TIME_RATE: its milliseconds per real one. Absent: it lives in real time. */
  timeRate: z.number().min(1).max(100_000).optional(),
  /** Variable with which the firmware takes its keep-alive, in seconds. */
  keepAlive: variableSchema.optional(),
  /** Where it publishes by itself; wildcards as in MQTT. */
  publishes: topicSchema.optional(),
  /** How long it may take to publish by itself, in its own time. */
  publishesEvery: durationSchema.default('1h'),
  /** A topic to which it subscribes. */
  receives: topicSchema.optional(),
  /** A message that makes it send one of 3 MB or more, and where that goes. */
  sendsLarge: sendsLargeSchema.optional(),
  /** Codes that it may raise and be well all the same. */
  harmless: z.array(errorCodeSchema).max(4_096).default([]),
});
export type MatrixDevice = z.infer<typeof deviceSchema>;
