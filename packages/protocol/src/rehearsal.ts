/**
 * A rehearsal: a plan played many times against a fleet's composition, once for every fault of a catalogue, so
 * that whoever approves the plan knows what it would have caught.
 */
import * as z from 'zod';
import { instantSchema } from './ids.ts';

/** What a rehearsal needs to know about a fleet; no device is named in it. */
export const compositionSchema = z.object({
  devices: z.int().min(0),
  /** Distinct environments and how many devices have each; hardware is one of the attributes. */
  cells: z
    .array(z.object({ environment: z.record(z.string(), z.string()), devices: z.int().min(1) }))
    .max(20_000),
  /** Share of the fleet that has not been heard for longer than so many minutes, as the fleet's past shows. */
  silence: z.array(z.object({ minutes: z.number().positive(), share: z.number().min(0).max(1) })).max(16),
  /** Share of the fleet that reports trouble for the first time in a day, on the version that it runs. */
  troublePerDay: z.number().min(0).max(1),
  /** What the numbers were taken from, in words. */
  source: z.string().max(300),
});
export type Composition = z.infer<typeof compositionSchema>;

export const rehearsalRowSchema = z.object({
  fault: z.string(),
  /** The fault in words. */
  what: z.string(),
  /** Chance of a halt: in the first stage, before the last, at all. For a good release: of a false one. */
  haltedInFirst: z.number(),
  haltedBeforeLast: z.number(),
  halted: z.number(),
  harmedMedian: z.number(),
  harmedP95: z.number(),
  exposedMedian: z.number(),
  /** Hours from the first offer to the halt; null when fewer than half of the runs halt. */
  medianHoursToHalt: z.number().nullable(),
  /** Share of halts with a cause that named the right value; null when there is none to name. */
  named: z.number().nullable(),
});
export type RehearsalRow = z.infer<typeof rehearsalRowSchema>;

export const rehearsalSchema = z.object({
  /** When, by the clock of who rehearsed. */
  at: instantSchema,
  seed: z.int(),
  /** Runs for each fault. */
  runs: z.int().min(1),
  devices: z.int(),
  source: z.string().max(300),
  rows: z.array(rehearsalRowSchema).max(32),
});
export type Rehearsal = z.infer<typeof rehearsalSchema>;
