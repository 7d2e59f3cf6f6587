/**
 * What a device remembers across power cuts. Written whole, in one atomic write; read once, on waking.
 *
 * The journal does not say which slot boots: that fact belongs to the boot control alone.
 */
import {
  type CheckIn,
  environmentSchema,
  instantSchema,
  outcomeSchema,
  rolloutIdSchema,
  sha256Schema,
  slotSchema,
  type Slot,
  type SlotName,
  slotNameSchema,
  takenSchema,
  refusalCodeSchema,
  errorCodeSchema,
  type TargetCustom,
  targetCustomSchema,
  troubleSchema,
  versionSchema,
} from '@tuesday/protocol';
import * as z from 'zod';
import { pastSchema } from './past.ts';

/**
 * The steps of one update, in order. Each is persisted before it is begun.
 *
 * verifying: the signed facts are fetched and judged. downloading: the bytes come to the device. staging: the
 * spare slot is written (it is `bad` from this step's persist on). ready: the spare slot is good; the server
 * is asked once more before the leap, so that a halt reaches everybody who has not leapt. trying: the slot is
 * booted provisionally. rolling-back: the tried slot failed; the boot control is being changed back.
 */
export const stepSchema = z.enum(['verifying', 'downloading', 'staging', 'ready', 'trying', 'rolling-back']);
export type Step = z.infer<typeof stepSchema>;

/** Why the last boot attempt failed. Code absent: it was not the firmware's fault, an operator recalled it. */
export const failureSchema = z.object({
  code: refusalCodeSchema.optional(),
  errorCode: errorCodeSchema.optional(),
  because: z.string().max(500),
});
export type Failure = z.infer<typeof failureSchema>;

/** What the signed metadata says about the offered target. */
export const signedTargetSchema = z.object({
  /** Bytes. */
  length: z.int().min(1),
  sha256: sha256Schema,
  custom: targetCustomSchema,
});
export type SignedTarget = z.infer<typeof signedTargetSchema>;

/** The one update under way. */
export const intentSchema = z.object({
  offer: z.string(),
  rollout: rolloutIdSchema,
  /** rescue: nobody offered it; the device found a signed recovery release by itself. */
  kind: z.enum(['update', 'recall', 'rescue']),
  version: versionSchema,
  /** TUF target path. */
  target: z.string(),
  probationSeconds: z.int().min(0),
  /** The spare slot, which the update is written to. */
  slot: slotNameSchema,
  step: stepSchema,
  /** Steps begun and repeated so far; bounded by `AgentConfig.stepLimit`. */
  stepsTaken: z.int().min(0),
  /** As offered; absent when there were none. */
  mirrors: z.array(z.string()).optional(),
  /** Absent until the target is verified. */
  signed: signedTargetSchema.optional(),
  /** By which road the bytes came. */
  road: takenSchema.optional(),
  /** Provisional boots so far, copied from the boot control on waking. */
  bootAttempts: z.int().min(0),
  /** The `installed` outcome has been written to the outbox. */
  installed: z.boolean(),
  failure: failureSchema.optional(),
  /** An operator lets the device try again what it once rolled back from. */
  retry: z.literal(true).optional(),
  /** Boots that a person or the supply ended, and that did not count. */
  benignResets: z.int().min(0).optional(),
});
export type Intent = z.infer<typeof intentSchema>;

export const journalSchema = z.object({
  journal: z.literal(1),
  slots: z.object({ a: slotSchema, b: slotSchema }),
  /** The signed facts of what a slot holds; null for an empty or half-written slot. */
  facts: z.object({ a: targetCustomSchema.nullable(), b: targetCustomSchema.nullable() }),
  intent: intentSchema.nullable(),
  /** The last offer that came to an end here, so that its repetition changes nothing. */
  settled: z.object({ offer: z.string(), kind: outcomeSchema.shape.kind, at: instantSchema }).nullable(),
  /** The offer that brought the confirmed version; null for firmware from the factory. */
  confirmed: z
    .object({
      offer: z.string(),
      rollout: rolloutIdSchema,
      version: versionSchema,
      /** `unhealthy` has been reported for it. */
      unhealthy: z.boolean(),
    })
    .nullable(),
  /** Outcomes that the server has not accepted yet, oldest first; at most 16. */
  outbox: z.array(outcomeSchema).max(16),
  /** Update attempts in the device's life. */
  updates: z.int().min(0),
  /** Newest last; at most 32. */
  rolledBackFrom: z.array(versionSchema).max(32),
  /** Highest security version that was ever confirmed here. */
  securityVersion: z.int().min(0),
  /** The last known environment: a device that just woke still belongs to its stratum. */
  environment: environmentSchema,
  /** Version of the trusted TUF root. */
  root: z.int().min(1),
  /** How the checks went on confirmed versions; as of the last write that mattered. */
  past: pastSchema.optional(),
  /** Offers by which an operator let the device try again; each is good for one update. Newest last. */
  retried: z.array(z.string()).max(16).optional(),
  /** What the next report has to tell, once. */
  trouble: z.array(troubleSchema).max(4).optional(),
  /** Over how many seconds the server wants its devices to come back; kept for when they all wake at once. */
  reconnectWithinSeconds: z.int().min(0).max(86_400).optional(),
  /** The device is in rescue. Absent: it is not. */
  rescue: z
    .object({
      because: z.string().max(200),
      since: instantSchema,
      /** A person at the device asked for it: what was tried before may be tried again. */
      demanded: z.boolean(),
    })
    .optional(),
  /** Resets by watchdog or panic on a confirmed version, since the device was last well. */
  resets: z.int().min(0).optional(),
});
export type Journal = z.infer<typeof journalSchema>;

/** A device as it leaves the factory: slot `a` holds confirmed firmware, `b` is empty. */
export function initialJournal(
  facts: TargetCustom,
  more: { environment?: CheckIn['environment']; root?: number } = {},
): Journal {
  return {
    journal: 1,
    slots: { a: { state: 'confirmed', version: facts.version }, b: { state: 'empty' } },
    facts: { a: facts, b: null },
    intent: null,
    settled: null,
    confirmed: null,
    outbox: [],
    updates: 0,
    rolledBackFrom: [],
    securityVersion: facts.securityVersion,
    environment: more.environment ?? {},
    root: more.root ?? 1,
  };
}

/** @returns undefined when the value is no journal of this version; never throws */
export function readJournal(value: unknown): Journal | undefined {
  const parsed = journalSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/**
 * The best guess after the journal was lost: what boots by default is confirmed, the other slot is bad.
 *
 * @param found labels that the slots themselves carry
 */
export function rebuiltJournal(
  standing: SlotName,
  found: Readonly<Record<SlotName, TargetCustom | null>>,
): Journal {
  const slot = (name: SlotName): Slot => {
    const version = found[name]?.version;
    const state = name === standing ? 'confirmed' : version === undefined ? 'empty' : 'bad';
    return version === undefined ? { state } : { state, version };
  };
  const facts = found[standing];
  const blank = initialJournal(facts ?? UNKNOWN_FACTS);
  return {
    ...blank,
    slots: { a: slot('a'), b: slot('b') },
    facts: { a: standing === 'a' ? facts : null, b: standing === 'b' ? facts : null },
  };
}

/** Stands for firmware whose label was lost: any signed release is newer. */
export const UNKNOWN_FACTS: TargetCustom = {
  tuesday: 1,
  version: '0.0.0',
  hardware: 'unknown',
  securityVersion: 0,
};

export function otherSlot(slot: SlotName): SlotName {
  return slot === 'a' ? 'b' : 'a';
}
