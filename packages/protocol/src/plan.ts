/**
 * A plan: one release to one fleet in ordered stages. Judged at the door: what does not rise, has no soak or
 * has a bound that lets everything through is refused when it is created, not when it matters.
 */
import * as z from 'zod';
import { durationSchema, positiveDurationSchema, toMillis } from './duration.ts';
import { versionSchema } from './ids.ts';

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

const weekdaySchema = z.enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']);
export type Weekday = z.infer<typeof weekdaySchema>;

const timeOfDaySchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'use HH:MM');

/** Half-open, in the calendar's zone: `from` belongs to the window, `to` does not. */
export const changeWindowSchema = z
  .object({ days: z.array(weekdaySchema).min(1), from: timeOfDaySchema, to: timeOfDaySchema })
  .refine((window) => window.from < window.to, {
    path: ['to'],
    message: 'must be later than from; write a window over midnight as two',
  });
export type ChangeWindow = z.infer<typeof changeWindowSchema>;

/** Half-open dates in the calendar's zone: the day `to` is free again. */
export const freezeSchema = z
  .object({ name: z.string().min(1).max(120), from: z.iso.date(), to: z.iso.date() })
  .refine((freeze) => freeze.from < freeze.to, { path: ['to'], message: 'must be later than from' });
export type Freeze = z.infer<typeof freezeSchema>;

export const calendarSchema = z.object({
  /** IANA zone, for instance `Europe/Berlin`. */
  zone: z.string().min(1).max(64).refine(isZone, { message: 'not an IANA time zone' }),
  /** When stages may open. An empty list means: never. */
  windows: z.array(changeWindowSchema).max(50),
  freezes: z.array(freezeSchema).max(500).default([]),
});
export type Calendar = z.infer<typeof calendarSchema>;

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Tuesday and Wednesday, 09:00 to 12:00: early in the week, in the morning, with people around. */
export function goldenRule(zone: string): Calendar {
  return { zone, windows: [{ days: ['tuesday', 'wednesday'], from: '09:00', to: '12:00' }], freezes: [] };
}
