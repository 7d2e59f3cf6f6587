/** Who answers when something goes wrong: rotations, overrides, and what a stage needs of them. */
import * as z from 'zod';
import { calendarSchema, changeWindowSchema, timeOfDaySchema } from './calendar.ts';
import { instantSchema } from './ids.ts';
import { personNameSchema } from './people.ts';

/** People take turns: each for `days` days, handing over at `at` on the wall of the roster's zone. */
export const rotationSchema = z.object({
  name: z.string().min(1).max(120),
  people: z.array(personNameSchema).min(1).max(100),
  /** First day of the first person's turn. */
  from: z.iso.date(),
  /** Length of a turn in days. */
  days: z.int().min(1).max(366).default(7),
  /** When turns change. */
  at: timeOfDaySchema.default('09:00'),
  /** Hours in which somebody answers at all; absent: always. */
  hours: z.array(changeWindowSchema).min(1).max(20).optional(),
});
export type Rotation = z.infer<typeof rotationSchema>;

/**
 * One person instead of whoever's turn it is; `person: null` means that nobody answers. Overrides that overlap add
 * people; one that says nobody wins.
 */
export const overrideSchema = z
  .object({
    person: personNameSchema.nullable(),
    from: instantSchema,
    until: instantSchema,
    /** The calendar that it was imported from: the next import of that calendar replaces it. */
    source: z.string().min(1).max(120).optional(),
  })
  .refine(({ from, until }) => from < until, { path: ['until'], message: 'must be later than from' });

export const rosterSchema = z.object({
  zone: calendarSchema.shape.zone,
  rotations: z.array(rotationSchema).max(20),
  overrides: z.array(overrideSchema).max(1_000).default([]),
});
export type Roster = z.infer<typeof rosterSchema>;

export type Override = z.infer<typeof overrideSchema>;

/** A stretch of time and who is on watch in it; nobody when `people` is empty. */
export const shiftSchema = z.object({
  from: instantSchema,
  until: instantSchema,
  people: z.array(personNameSchema),
});
export type Shift = z.infer<typeof shiftSchema>;
