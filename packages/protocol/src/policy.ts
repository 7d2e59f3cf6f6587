/** The rules of a fleet: when stages may open, who must be there, who must consent. */
import * as z from 'zod';
import { calendarSchema, deviceHoursSchema, type Calendar } from './calendar.ts';
import { durationSchema, positiveDurationSchema } from './duration.ts';
import { parityRulesSchema } from './parity.ts';
import { personNameSchema } from './people.ts';

export const presetSchema = z.enum(['golden-rule', 'chapter-plan', 'custom']);
export type Preset = z.infer<typeof presetSchema>;

/** Public holidays are closed as a freeze is. Country by ISO 3166-1, region as the library names it. */
export const holidaysSchema = z.object({
  country: z.string().regex(/^[A-Z]{2}$/, 'use two capital letters, for instance US'),
  region: z.string().min(1).max(32).optional(),
});

export const policySchema = z.object({
  preset: presetSchema.default('custom'),
  calendar: calendarSchema,
  holidays: holidaysSchema.nullable().default(null),
  /** When a device may take an update, by its own clock; null: always. */
  deviceHours: deviceHoursSchema.nullable().default(null),
  watch: z
    .object({
      /** A stage opens only while somebody is on watch. */
      required: z.boolean().default(true),
      /** Of the soak, from the opening on. */
      firstHours: positiveDurationSchema.default('4h'),
      /** From the end of the soak on, when the gate is judged. */
      atGate: positiveDurationSchema.default('1h'),
      /** Whoever is on watch must have said so for this rollout. */
      acknowledged: z.boolean().default(true),
      /** A halt that nobody acknowledged for so long goes to everybody. */
      escalateAfter: positiveDurationSchema.default('15m'),
    })
    .prefault({}),
  parity: parityRulesSchema.prefault({}),
  approvals: z
    .object({
      /** Consents beside the author's: 1 makes two people. 0: none, and the product says so. */
      needed: z.int().min(0).max(10).default(1),
      /** Who may consent; empty: every approver. */
      of: z.array(personNameSchema).max(100).default([]),
      /** A request that is older lapses, with its consents. */
      expireAfter: positiveDurationSchema.default('72h'),
    })
    .prefault({}),
  codes: z
    .object({
      /** Devices with an error code that nobody has documented, from which on people are called. */
      pageAfter: z.int().min(1).max(1_000_000).default(3),
      /** Who looks after such codes; null: nobody in particular. */
      owner: personNameSchema.nullable().default(null),
      /** Whether everybody may read what a code means, without signing in. */
      supportPage: z.boolean().default(true),
    })
    .prefault({}),
  breakGlass: z
    .object({
      /** How long a broken glass lets its one act through. */
      lasts: positiveDurationSchema.default('2h'),
      /** By when another person must have closed the review. */
      reviewWithin: durationSchema.default('72h'),
    })
    .prefault({}),
});
export type Policy = z.infer<typeof policySchema>;
export type PolicyInput = z.input<typeof policySchema>;

/**
 * golden-rule: Tuesday and Wednesday mornings, never otherwise. chapter-plan: the same, but the last stage of a
 * plan may open on a Friday morning, too, as the incident's own plan wants.
 *
 * @param zone IANA zone of the fleet
 */
export function presetPolicy(
  preset: Exclude<Preset, 'custom'>,
  zone: string,
  holidays: Policy['holidays'] = null,
): Policy {
  const calendar: Calendar = {
    zone,
    windows: [{ days: ['tuesday', 'wednesday'], from: '09:00', to: '12:00' }],
    ...(preset === 'chapter-plan'
      ? {
          lastStageWindows: [
            {
              days: ['tuesday' as const, 'wednesday' as const, 'friday' as const],
              from: '09:00',
              to: '12:00',
            },
          ],
        }
      : {}),
    freezes: [],
  };
  return policySchema.parse({ preset, calendar, holidays });
}
