/**
 * Device protocol, version 1: what a device and the control plane say to each other over HTTP and MQTT.
 *
 * A check-in says how the device is; the answer says what it may do. Outcomes are the durable facts of one
 * offer. Nothing volatile (no clock, no uptime, no counter that moves by itself) is in a check-in: a device
 * that has nothing new to say sends the same bytes again, and the server may answer those from memory.
 */
import * as z from 'zod';
import { environmentSchema } from '../environment.ts';
import {
  deviceIdSchema,
  errorCodeSchema,
  hardwareSchema,
  instantSchema,
  rolloutIdSchema,
  versionSchema,
} from '../ids.ts';
import { refusalCodeSchema } from '../refusals.ts';

export const PROTOCOL = 1;

/** Largest body of any device request, bytes. */
export const DEVICE_BODY_LIMIT = 16_384;

export const slotNameSchema = z.enum(['a', 'b']);
export type SlotName = z.infer<typeof slotNameSchema>;

/**
 * empty: nothing in it. bad: being written, or failed. good: written and verified, never booted.
 * trying: booted provisionally. confirmed: declared good.
 */
export const slotStateSchema = z.enum(['empty', 'bad', 'good', 'trying', 'confirmed']);
export type SlotState = z.infer<typeof slotStateSchema>;

export const slotSchema = z.object({ state: slotStateSchema, version: versionSchema.optional() });
export type Slot = z.infer<typeof slotSchema>;

export const transportSchema = z.enum(['mqtt', 'http', 'relay']);
export type TransportName = z.infer<typeof transportSchema>;

export const healthSchema = z.object({
  ok: z.boolean(),
  /** Name of the first failing check, when not ok. */
  failing: z.string().max(120).optional(),
  /** Checks that fail and never worked on this device: not held against any version. Absent when there are none. */
  excused: z.array(z.string().max(120)).min(1).max(8).optional(),
});
export type Health = z.infer<typeof healthSchema>;

/** Body of `POST /device/v1/enrol`; `Authorization: Bearer <fleet key>`. */
export const enrolRequestSchema = z.object({
  protocol: z.literal(PROTOCOL),
  /** Chosen by the device (serial number); the server refuses an id that is taken by another enrolment. */
  device: deviceIdSchema,
  hardware: hardwareSchema,
});
export type EnrolRequest = z.infer<typeof enrolRequestSchema>;

export const enrolAnswerSchema = z.looseObject({
  device: deviceIdSchema,
  /** Bearer token of this device, shown once. The server keeps a hash. */
  token: z.string(),
  /** Where the server's MQTT broker listens, when it has one. */
  mqtt: z.string().optional(),
  /** Topic with the announcements of the device's fleet; absent: `tuesday/v1/announcements`. */
  announcements: z.string().max(200).optional(),
});
export type EnrolAnswer = z.infer<typeof enrolAnswerSchema>;

/** Numbers that firmware tells of itself, by name. */
export const metricsSchema = z
  .record(z.string().regex(/^[a-z][A-Za-z0-9._-]{0,63}$/), z.number())
  .refine((metrics) => Object.keys(metrics).length <= 32, 'at most 32 metrics');

/** A damaged journal, a wrong configuration, a disk that takes no writes: what a technician should know. */
export const troubleSchema = z.object({ code: refusalCodeSchema, because: z.string().max(200) });
export type Trouble = z.infer<typeof troubleSchema>;

/** By which road bytes came: the server or a mirror of it, a neighbour on the link, neighbours on the mesh. */
export const byteRoadSchema = z.enum(['http', 'link', 'mesh']);
export type ByteRoad = z.infer<typeof byteRoadSchema>;
export const takenSchema = z.object({
  by: byteRoadSchema,
  /** Who gave them, as that neighbour calls itself; absent when it did not say. */
  neighbour: deviceIdSchema.optional(),
});
export type Taken = z.infer<typeof takenSchema>;

/** Most neighbours that a check-in names. */
export const NEIGHBOURS_NAMED = 16;

/**
 * A device among its neighbours. Looked at again once an hour, so that it seldom makes a report of its own; whom it
 * names is hearsay, and nothing is decided by it.
 */
export const amongNeighboursSchema = z.object({
  /** It gives to neighbours what it has. */
  gives: z.boolean(),
  /** Ids of devices that were heard on the link within the hour before, sorted. */
  heard: z.array(deviceIdSchema).max(NEIGHBOURS_NAMED),
  /** How many more were heard, without an id or beyond those that are named. */
  others: z.int().min(0).max(10_000),
});
export type AmongNeighbours = z.infer<typeof amongNeighboursSchema>;

/** Body of `POST /device/v1/check-in` and payload body of topic `…/check-in`. */
export const checkInSchema = z.object({
  protocol: z.literal(PROTOCOL),
  agent: z.string().min(1).max(64),
  hardware: hardwareSchema,
  active: slotNameSchema,
  slots: z.object({ a: slotSchema, b: slotSchema }),
  /** Provisional boots of the trying slot so far; 0 when nothing is tried. */
  bootAttempts: z.int().min(0).max(100),
  health: healthSchema,
  /** Error codes that stand now. */
  errors: z.array(errorCodeSchema).max(32),
  environment: environmentSchema,
  transport: transportSchema,
  /** Update attempts in the device's life; makes the report after a rollback differ from the one before. */
  updates: z.int().min(0),
  /** Versions that this device rolled back from and will refuse. */
  rolledBackFrom: z.array(versionSchema).max(32),
  /** Version of the TUF root that the device trusts. */
  root: z.int().min(1),
  /** Numbers that a plan may compare with the control's, for instance `reconnectsPerHour`. Each change is a report. */
  metrics: metricsSchema.optional(),
  /** What the device refuses or cannot do at the moment, apart from any offer; absent when there is nothing. */
  trouble: z.array(troubleSchema).min(1).max(4).optional(),
  /** Absent from a device that does not relay. */
  relay: amongNeighboursSchema.optional(),
});
export type CheckIn = z.infer<typeof checkInSchema>;

/** Nothing to do, and why. */
const offerNoneSchema = z.looseObject({ kind: z.literal('none'), because: z.string() });

/** Take this release. Everything that matters for safety is in the signed target, not here. */
const offerUpdateSchema = z.looseObject({
  kind: z.enum(['update', 'recall']),
  /** Identifies the offer in outcomes. */
  offer: z.string().min(1).max(128),
  rollout: rolloutIdSchema,
  version: versionSchema,
  /** TUF target path. */
  target: z.string().min(1).max(256),
  /** The device it is meant for; absent from older servers. */
  device: deviceIdSchema.optional(),
  /** An operator lets the device try again what it once rolled back from. */
  retry: z.literal(true).optional(),
  /** Addresses that serve the same targets as the server, best first; the server itself comes last. */
  mirrors: z.array(z.url().max(200)).max(8).optional(),
  /** Seconds of provisional running before the device confirms. */
  probationSeconds: z
    .int()
    .min(0)
    .max(30 * 86_400),
});

export const offerSchema = z.discriminatedUnion('kind', [offerNoneSchema, offerUpdateSchema]);
export type Offer = z.infer<typeof offerSchema>;
export type OfferUpdate = z.infer<typeof offerUpdateSchema>;

export const checkInAnswerSchema = z.looseObject({
  protocol: z.literal(PROTOCOL),
  /** Seconds until the next check-in; the device adds its own jitter. */
  pollAfterSeconds: z
    .int()
    .min(1)
    .max(7 * 86_400),
  /** A device whose session broke comes back at a random moment of so many seconds; absent: as it likes. */
  reconnectWithinSeconds: z.int().min(0).max(86_400).optional(),
  offer: offerSchema,
  /**
   * TUF target paths of recovery releases that neighbours of this device wait for. A device that relays fetches what
   * its verified metadata lists as a recovery, and leaves the rest. Absent when there is nothing.
   */
  carry: z.array(z.string().min(1).max(256)).max(4).optional(),
});
export type CheckInAnswer = z.infer<typeof checkInAnswerSchema>;

/** Body of `POST /device/v1/progress`; not durable, the last one wins. */
export const progressSchema = z.object({
  protocol: z.literal(PROTOCOL),
  offer: z.string().min(1).max(128),
  step: z.enum(['verifying', 'downloading', 'staging', 'trying']),
  /** 0 to 100. */
  percent: z.int().min(0).max(100),
  /** Why nothing comes just now, or why it comes in another way; absent while all goes as it should. */
  because: z.string().max(300).optional(),
});
export type Progress = z.infer<typeof progressSchema>;

/**
 * installed: runs the new version, provisionally, after the boot. confirmed: declared it good after probation.
 * refused: did not touch a slot. failed: gave up before the new version ran. rolled-back: ran it, went back.
 * unhealthy: runs the new version, confirmed, and a health check fails now.
 */
export const outcomeKindSchema = z.enum([
  'installed',
  'confirmed',
  'refused',
  'failed',
  'rolled-back',
  'unhealthy',
]);
export type OutcomeKind = z.infer<typeof outcomeKindSchema>;

/** Body of `POST /device/v1/outcomes`. Answered only when durable; repeating one changes nothing. */
export const outcomeSchema = z.object({
  protocol: z.literal(PROTOCOL),
  offer: z.string().min(1).max(128),
  rollout: rolloutIdSchema,
  kind: outcomeKindSchema,
  /** The version that runs as this is sent. */
  running: versionSchema,
  /** Why not, for refused, failed and rolled-back. */
  code: refusalCodeSchema.optional(),
  /** The error code that the firmware raised, if one did. */
  errorCode: errorCodeSchema.optional(),
  because: z.string().max(500),
  bootAttempts: z.int().min(0).max(100),
  /** By the device's clock. */
  at: instantSchema,
  /** By which road the bytes of a rescue came; absent when none came, they were here, or the device does not say. */
  road: takenSchema.optional(),
});
export type Outcome = z.infer<typeof outcomeSchema>;

export const outcomeAnswerSchema = z.looseObject({ accepted: z.literal(true) });

/** MQTT: device to server. The token makes each message stand alone on any broker. */
export const mqttRequestSchema = z.object({
  token: z.string().max(256),
  /** Chosen by the device; comes back in the answer. */
  request: z.string().min(1).max(64),
  body: z.unknown(),
});
export type MqttRequest = z.infer<typeof mqttRequestSchema>;

/** MQTT: server to device. `status` and `body` are those of the HTTP answer. */
export const mqttAnswerSchema = z.looseObject({
  request: z.string(),
  status: z.int(),
  body: z.unknown(),
  /** With status 429 or 503: not before so many seconds, as `Retry-After` says over HTTP. */
  retryAfterSeconds: z.int().min(0).max(86_400).optional(),
});
export type MqttAnswer = z.infer<typeof mqttAnswerSchema>;

/** Sent to all devices of a fleet when something changed: check in within the span, at a random moment of it. */
export const announcementSchema = z.looseObject({ checkInWithinSeconds: z.int().min(0).max(86_400) });
export type Announcement = z.infer<typeof announcementSchema>;

export type DeviceVerb = 'check-in' | 'progress' | 'outcomes';

export const topics = {
  /** Device publishes here, QoS 1. */
  up: (device: string, verb: DeviceVerb): string => `tuesday/v1/devices/${device}/${verb}`,
  /** Device subscribes here, QoS 1. */
  answers: (device: string): string => `tuesday/v1/devices/${device}/answers`,
  /** Devices of the first fleet subscribe here. */
  announcements: 'tuesday/v1/announcements',
  /** Those of another fleet subscribe here; the enrolment answer says so. */
  announcementsOf: (fleet: string): string => `tuesday/v1/fleets/${fleet}/announcements`,
  /** The server subscribes here. */
  allUp: 'tuesday/v1/devices/+/+',
} as const;
