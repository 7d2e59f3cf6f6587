/** Calendar, planner, watch and risk, as the operator API speaks of them. */
import * as z from 'zod';
import { instantSchema, rolloutIdSchema } from '../ids.ts';
import { planSchema } from '../plan.ts';
import { policySchema, presetSchema } from '../policy.ts';
import { rosterSchema, shiftSchema } from '../watch.ts';

const becauseSchema = z.string().trim().min(1, 'say why, in a sentence').max(1_000);

export const policyRequestSchema = z.object({ policy: policySchema, because: becauseSchema });
/** `approval` names the request when the new policy loosens the old one and a second person must consent. */
export const policySetViewSchema = z.object({ policy: policySchema, approval: z.string().nullable() });

/** Which calendar would a plan get? Nothing is created, and the release need not exist. */
export const planCalendarRequestSchema = z.object({
  plan: planSchema,
  /** Absent: the fleet's own policy. */
  preset: presetSchema.exclude(['custom']).optional(),
  /** Absent: now. */
  start: instantSchema.optional(),
  /** A wall-clock start in the zone instead, `2026-11-20T17:30`. */
  startLocal: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'use YYYY-MM-DDTHH:MM')
    .optional(),
  zone: z.string().min(1).max(64).optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'use two capital letters, for instance US')
    .optional(),
  region: z.string().min(1).max(32).optional(),
});
export const passedOverSchema = z.object({
  /** Day in the zone, `2026-11-26`. */
  day: z.iso.date(),
  weekday: z.string(),
  because: z.string(),
});
export const planCalendarViewSchema = z.object({
  preset: presetSchema,
  zone: z.string(),
  start: instantSchema,
  stages: z.array(
    z.object({
      stage: z.int(),
      share: z.number(),
      /** The earliest instant that satisfies every rule; null when none comes within two years. */
      opensAt: instantSchema.nullable(),
      /** `Tue 24 Nov 09:00`. */
      opens: z.string().nullable(),
      soakEndsAt: instantSchema.nullable(),
      /** When the stage before allows it, by its soak. */
      readyAt: instantSchema.nullable(),
      passedOver: z.array(passedOverSchema),
      because: z.string(),
    }),
  ),
  finishedAt: instantSchema.nullable(),
  /** "1 % Tue 24 Nov 09:00, …, because …" */
  summary: z.string(),
});
export type PlanCalendarView = z.infer<typeof planCalendarViewSchema>;

export const icalendarRequestSchema = z.object({
  /** Text of an RFC 5545 file. */
  ics: z.string().min(1).max(1_000_000),
  because: becauseSchema,
});
export const icalendarImportViewSchema = z.object({ imported: z.int(), skipped: z.array(z.string()) });

export const riskFactSchema = z.object({
  what: z.string(),
  /** calm: as it should be. note: worth knowing. high: think twice. unknown: nobody can say. */
  level: z.enum(['calm', 'note', 'high', 'unknown']),
  because: z.string(),
});
export const riskViewSchema = z.object({
  facts: z.array(riskFactSchema),
  /** Industry figures with their source: context, never a probability of this rollout. */
  context: z.array(z.object({ figure: z.string(), source: z.string() })),
});
export type RiskView = z.infer<typeof riskViewSchema>;

export const rosterViewSchema = z.object({
  roster: rosterSchema,
  /** The next two weeks. */
  shifts: z.array(shiftSchema),
  now: z.object({ people: z.array(z.string()), until: instantSchema.nullable() }),
});
export type RosterView = z.infer<typeof rosterViewSchema>;
export const rosterRequestSchema = z.object({ roster: rosterSchema, because: becauseSchema });

export const watchRequestSchema = z.object({
  /** Watch the next stage although it is not one's shift. */
  takeOver: z.boolean().default(false),
});

export const watchViewSchema = z.object({
  rollout: rolloutIdSchema,
  required: z.boolean(),
  /** Everybody whose shift falls into the hours that must be watched. */
  people: z.array(z.object({ person: z.string(), acknowledgedAt: instantSchema.nullable() })),
  /** Stretches in which nobody is on watch. */
  gaps: z.array(z.object({ from: instantSchema, until: instantSchema })),
  because: z.string(),
});
export type WatchView = z.infer<typeof watchViewSchema>;
