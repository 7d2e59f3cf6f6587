/**
 * Does what was tested cover what the fleet runs? Dimensions are the attributes of an environment that a fleet
 * declares to matter; their values come from the devices' reports.
 */
import * as z from 'zod';
import { durationSchema, positiveDurationSchema } from './duration.ts';
import { attributeNameSchema, attributeValueSchema } from './environment.ts';
import { instantSchema, versionSchema } from './ids.ts';

/** How different spellings become one value. Applied in this order; no rule takes longer than the value is long. */
export const normalisationSchema = z.object({
  /** A spelling → the value that it means; no other rule applies to it. */
  as: z.record(attributeValueSchema, attributeValueSchema).default({}),
  lowerCase: z.boolean().default(false),
  /** Everything from the first of these characters on that follows a digit is packaging: `2.0.18-1+deb12`. */
  cutAfterVersion: z.string().max(8).default(''),
  /** Number groups of the version that are kept: 2 makes `2.0` of `2.0.18`. */
  keepParts: z.int().min(1).max(6).optional(),
  /** Rising bounds that turn a number into a range: `[1, 3]` makes `< 1`, `1 to 3` and `>= 3`. */
  steps: z
    .array(z.number())
    .min(1)
    .max(20)
    .refine((steps) => steps.every((step, index) => index === 0 || step > (steps[index - 1] as number)), {
      message: 'must rise',
    })
    .optional(),
});
export type Normalisation = z.infer<typeof normalisationSchema>;

export const dimensionSchema = z.object({
  /** An attribute that devices report, or `hardware`, or `version`: what a device runs now. */
  name: attributeNameSchema,
  normalise: normalisationSchema.prefault({}),
  /** How sentences speak of it: with `runs`, a device "runs mosquitto 2.0.18"; absent, it "has region eu". */
  verb: z.string().min(1).max(24).optional(),
  /** What a device counts as that does not report the attribute: untested, or of no concern. */
  unreported: z.enum(['untested', 'ignored']).default('untested'),
});
export type Dimension = z.infer<typeof dimensionSchema>;

/** The fleet's rules of parity. Without a dimension nothing is asked. */
export const parityRulesSchema = z.object({
  dimensions: z
    .array(dimensionSchema)
    .max(64)
    .default([])
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, {
      message: 'names a dimension twice',
    }),
  /** Largest share of the fleet whose environment may be untested. */
  maxUntested: z.number().min(0).max(0.5).default(0.01),
  /** A result that is older proves nothing. */
  maxAge: positiveDurationSchema.default('90d'),
  /** How long a cell must have run the release in staging. */
  soak: durationSchema.default('0s'),
  /** Whether hours count that a firmware played faster than real time. */
  acceleratedSoak: z.boolean().default(false),
});
export type ParityRules = z.infer<typeof parityRulesSchema>;

/**
 * What a plan does about environments that are not covered. refuse: it does not start. exclude: it starts without
 * their devices. cap: it starts with them, and stops before the first stage beyond `upTo`. A device whose
 * environment failed its test is held in each of them.
 */
export const planParitySchema = z.discriminatedUnion('gap', [
  z.object({ gap: z.literal('refuse') }),
  z.object({ gap: z.literal('exclude') }),
  z.object({
    gap: z.literal('cap'),
    /** Cumulative share of the fleet. */
    upTo: z.number().gt(0, 'must be more than 0').max(0.5, 'must be at most 0.5'),
  }),
]);
export type PlanParity = z.infer<typeof planParitySchema>;

/** One combination of values, by dimension. */
export const cellSchema = z
  .record(attributeNameSchema, attributeValueSchema)
  .refine((cell) => Object.keys(cell).length > 0, { message: 'names no dimension' });
export type Cell = z.infer<typeof cellSchema>;

/** passed, failed, untested; stale: passed too long ago; short: passed with too little soak. */
export const coverSchema = z.enum(['passed', 'failed', 'untested', 'stale', 'short']);
export type Cover = z.infer<typeof coverSchema>;

export const parityValueViewSchema = z.object({
  dimension: attributeNameSchema,
  /** Normalised; null: the devices do not report the dimension. */
  value: attributeValueSchema.nullable(),
  devices: z.int(),
  /** Of the fleet, 0 to 1, not rounded. */
  share: z.number(),
  cover: coverSchema,
  /** When the result was taken that decides; null when there is none. */
  testedAt: instantSchema.nullable(),
  /** Seconds of soak that count. */
  soakSeconds: z.number(),
  because: z.string(),
});
export type ParityValueView = z.infer<typeof parityValueViewSchema>;

export const parityViewSchema = z.object({
  release: versionSchema,
  at: instantSchema,
  devices: z.int(),
  /** open: within the rules. closed: a gap, or a failed cell. unasked: the policy declares no dimension. */
  verdict: z.enum(['open', 'closed', 'unasked']),
  /** Largest share of the fleet that can be in an environment which is not covered, 0 to 1. */
  uncovered: z.number(),
  /** Sentences, the largest share first; empty when it is open. */
  because: z.array(z.string()),
  values: z.array(parityValueViewSchema),
  failed: z.array(z.object({ cell: cellSchema, at: instantSchema, because: z.string(), devices: z.int() })),
});
export type ParityView = z.infer<typeof parityViewSchema>;
