/**
 * The words of a rollout that more than one package speaks: phases, states, evidence, verdicts, events.
 */
import * as z from 'zod';

/**
 * draft: written, not started. scheduled: waits until the next stage may open. soaking: a stage is open.
 * watching: every stage passed, late evidence still counts. halted: no offers any more. recalling: the fleet
 * is sent back. completed, recalled, cancelled: over.
 */
export const phaseSchema = z.enum([
  'draft',
  'scheduled',
  'soaking',
  'watching',
  'halted',
  'recalling',
  'completed',
  'recalled',
  'cancelled',
]);
export type Phase = z.infer<typeof phaseSchema>;

/**
 * Where a device of a rollout stands. `waiting` devices have no offer yet and serve as control; `untested` ones wait for a test of their environment; `excluded` ones
 * belong to a slice that an operator took out; the other six are the offered ones.
 */
export const memberStateSchema = z.enum([
  'waiting',
  'waiting-silent',
  'pending',
  'installed',
  'proven',
  'failed',
  'rolled-back',
  'silent',
  'excluded',
  'untested',
]);
export type MemberState = z.infer<typeof memberStateSchema>;

/** Counts of offered devices. They add up: `offered` is the sum of the other six. */
export const evidenceSchema = z.object({
  offered: z.int().min(0),
  pending: z.int().min(0),
  installed: z.int().min(0),
  proven: z.int().min(0),
  failed: z.int().min(0),
  rolledBack: z.int().min(0),
  silent: z.int().min(0),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** Devices not yet offered, entered by the same rule. */
export const controlSchema = z.object({ devices: z.int().min(0), silent: z.int().min(0) });
export type Control = z.infer<typeof controlSchema>;

export const verdictSchema = z.object({
  kind: z.enum(['pass', 'fail', 'unknown']),
  because: z.string(),
});
export type Verdict = z.infer<typeof verdictSchema>;

export const pauseReasonSchema = z.enum(['operator', 'evidence', 'storm']);
export type PauseReason = z.infer<typeof pauseReasonSchema>;

/** The devices with one environment value. */
export const sliceSchema = z.object({ attribute: z.string().min(1).max(64), value: z.string().max(200) });
export type SliceName = z.infer<typeof sliceSchema>;

/** What happened to a rollout. Events are appended and never rewritten. */
export const rolloutEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started') }),
  z.object({ kind: z.literal('stage-opened'), stage: z.int().min(0) }),
  z.object({ kind: z.literal('stage-passed'), stage: z.int().min(0) }),
  z.object({ kind: z.literal('hold-out-opened') }),
  z.object({ kind: z.literal('paused'), reason: pauseReasonSchema }),
  z.object({
    kind: z.literal('resumed'),
    reason: pauseReasonSchema,
    /** A person resumed in spite of the evidence: it no longer pauses, but still halts and still closes gates. */
    waived: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('slice-excluded'), attribute: z.string(), value: z.string() }),
  z.object({ kind: z.literal('halted') }),
  z.object({ kind: z.literal('recall-started') }),
  z.object({ kind: z.literal('recall-finished') }),
  z.object({ kind: z.literal('completed') }),
  z.object({ kind: z.literal('cancelled') }),
]);
export type RolloutEvent = z.infer<typeof rolloutEventSchema>;

/** A sign of trouble from beside the trial, for instance from tickets of the help desk. */
export const signalSchema = z.object({
  name: z.string(),
  /** note: shown. pause: no new offers until a person has looked. */
  level: z.enum(['note', 'pause']),
  because: z.string(),
});
export type Signal = z.infer<typeof signalSchema>;

/** One attribute value that explains failures: `bad` of `offered` devices with it went wrong. */
export const blameSchema = z.object({
  attribute: z.string(),
  value: z.string(),
  offered: z.int(),
  bad: z.int(),
  /** Named with at most 5 % chance of error; otherwise only suspected. */
  certain: z.boolean(),
  /** A second value without which the first is well: the two together are to blame. */
  together: z.object({ attribute: z.string(), value: z.string(), offered: z.int(), bad: z.int() }).optional(),
});
export type Blame = z.infer<typeof blameSchema>;
