/** What the fleet and its devices were like: by hour, and by device. */
import * as z from 'zod';
import {
  outcomeKindSchema,
  slotNameSchema,
  slotSchema,
  transportSchema,
  troubleSchema,
} from '../device/v1.ts';
import { durationSchema } from '../duration.ts';
import { errorCodeSchema, instantSchema } from '../ids.ts';

/** Days for which every hour is kept, and those for which one hour a day is. */
export const HOURLY_DAYS = 35;
export const DAILY_DAYS = 400;

export const fleetHistoryQuerySchema = z.object({
  days: z.coerce.number().int().min(1).max(DAILY_DAYS).default(7),
});

export const fleetHistoryViewSchema = z.object({
  /** Whether the points are one an hour or one a day; an hour or a day without a server is missing. */
  step: z.enum(['hour', 'day']),
  /** Not heard for so long is silent. */
  silentAfter: durationSchema,
  /** Oldest first. */
  points: z.array(
    z.object({
      /** When the hour began; what is said was so at its end. */
      at: instantSchema,
      devices: z.int(),
      /** Null while the server had not listened for long enough to tell. */
      silent: z.int().nullable(),
      unhealthy: z.int(),
      /** Most devices first; who has not reported is in none. */
      versions: z.array(z.object({ version: z.string(), devices: z.int() })),
    }),
  ),
});
export type FleetHistoryView = z.infer<typeof fleetHistoryViewSchema>;

/** Events of one device that are kept, and for how many days. */
export const EVENTS_KEPT = 200;
export const EVENT_DAYS = 90;

export const timelineQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(200),
});

export const timelineEntrySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('enrolled'), at: instantSchema, hardware: z.string() }),
  /** The first time that this offer went to the device. */
  z.object({
    kind: z.literal('offered'),
    at: instantSchema,
    offer: z.string(),
    rollout: z.string(),
    version: z.string(),
    /** Back along the signed way back. */
    recall: z.boolean(),
    /** An operator allowed one more try. */
    retry: z.boolean(),
  }),
  /** It described itself differently than before, measurements apart. */
  z.object({
    kind: z.literal('report'),
    at: instantSchema,
    /** What ran. */
    version: z.string().nullable(),
    active: slotNameSchema,
    slots: z.object({ a: slotSchema, b: slotSchema }),
    bootAttempts: z.int(),
    healthy: z.boolean(),
    failing: z.string().nullable(),
    errors: z.array(errorCodeSchema),
    trouble: z.array(troubleSchema),
    transport: transportSchema,
  }),
  /** What came of an offer, in the device's own words; `refused` is one of the kinds. */
  z.object({
    kind: z.literal('outcome'),
    at: instantSchema,
    offer: z.string(),
    rollout: z.string(),
    outcome: outcomeKindSchema,
    running: z.string(),
    /** The refusal's code, where there was one. */
    code: z.string().nullable(),
    errorCode: z.string().nullable(),
    because: z.string(),
  }),
  /** What people did to it, from the audit log. */
  z.object({
    kind: z.literal('act'),
    at: instantSchema,
    by: z.string(),
    verb: z.string(),
    because: z.string(),
  }),
]);
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

export const timelineViewSchema = z.object({
  /** Newest first. */
  entries: z.array(timelineEntrySchema),
  /** The boots that its reports show, newest first. */
  boots: z.array(
    z.object({
      at: instantSchema,
      slot: slotNameSchema,
      version: z.string().nullable(),
      /** trial: provisional, so many times so far. confirmed: it is there to stay. */
      on: z.enum(['trial', 'confirmed', 'unknown']),
      attempts: z.int(),
    }),
  ),
});
export type TimelineView = z.infer<typeof timelineViewSchema>;
