/**
 * A plan: one release to one fleet in ordered stages. Judged at the door: what does not rise, has no soak or
 * has a bound that lets everything through is refused when it is created, not when it matters.
 */
import * as z from 'zod';
import { durationSchema, positiveDurationSchema, toMillis } from './duration.ts';
import { changeWindowSchema } from './calendar.ts';
import { versionSchema } from './ids.ts';
import { planParitySchema } from './parity.ts';

export const gateSchema = z.object({
  /**
   * Largest share of offered devices that may fail or roll back beyond what the control shows: an outer limit
   * that halts whatever the statistics say. 0 to 0.5: a gate that tolerates half a fleet is no gate.
   */
  maxBadShare: z.number().min(0).max(0.5).default(0.05),
  /** Share of offered devices that must be proven, in proportion to the control that is alive. */
  minProvenShare: z.number().min(0.5).max(1).default(0.9),
  /** Bad devices that a halt needs at least, so that one mishap among few does not stop a fleet. */
  minBadDevices: z.int().min(1).max(1_000).default(3),
});
export type Gate = z.infer<typeof gateSchema>;

export const stageSchema = z.object({
  /** Cumulative share of the fleet, 0 to 1. */
  share: z.number().gt(0, 'must be more than 0').max(1, 'must be at most 1'),
  /** How long every device of the stage must stay healthy before the gate may pass. */
  soak: positiveDurationSchema,
  /**
   * Over how long the devices of the stage meet the release, each at a time of its own, instead of all at once:
   * what goes wrong with the first spares the last. The soak begins when the last has met it.
   */
  pace: durationSchema.default('0s'),
  gate: gateSchema.prefault({}),
  /** Narrows the policy's change windows for this stage: it opens when both allow it. Absent: the policy's alone. */
  windows: z.array(changeWindowSchema).min(1).max(20).optional(),
});
export type Stage = z.infer<typeof stageSchema>;

/** A number that devices report, and from where on it is trouble: compared with the control like an error. */
export const metricSchema = z.object({
  name: z.string().regex(/^[a-z][A-Za-z0-9._-]{0,63}$/, 'use a letter first, then letters, digits, . _ -'),
  /** On which side of the bound it is trouble. */
  worse: z.enum(['above', 'below']),
  bound: z.number(),
});
export type Metric = z.infer<typeof metricSchema>;

export const planSchema = z
  .object({
    name: z.string().min(1).max(120),
    release: versionSchema,
    stages: z.array(stageSchema).min(1).max(20),
    /** Devices of every environment value that the first stage holds at least (half of the value at most). */
    coverage: z.int().min(0).max(1_000).default(8),
    /** Share kept back as control until the last soak ends. */
    holdOut: z.number().min(0).max(0.2).default(0.02),
    /** No contact for this long is silence. */
    silentAfter: positiveDurationSchema.default('45m'),
    /** How long a device runs the new version provisionally before it confirms. */
    probation: durationSchema.default('4h'),
    /** What happens about environments that were not tested; absent: the rollout does not start. */
    parity: planParitySchema.optional(),
    /** Numbers that devices report, watched beside errors and silence. */
    metrics: z.array(metricSchema).max(8).default([]),
    /** How long late evidence still counts after the last stage passed. */
    watch: durationSchema.default('72h'),
  })
  .superRefine((plan, context) => {
    plan.stages.forEach((stage, index) => {
      const before = plan.stages[index - 1];
      if (before && stage.share <= before.share) {
        context.addIssue({
          code: 'custom',
          path: ['stages', index, 'share'],
          message: `must rise: ${stage.share} after ${before.share}`,
        });
      }
      if (toMillis(stage.soak) < toMillis(plan.silentAfter)) {
        context.addIssue({
          code: 'custom',
          path: ['stages', index, 'soak'],
          message: `a soak of ${stage.soak} cannot notice silence, which takes ${plan.silentAfter}`,
        });
      }
    });
  });
export type Plan = z.infer<typeof planSchema>;
export type PlanInput = z.input<typeof planSchema>;
