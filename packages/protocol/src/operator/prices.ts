/** What things cost a fleet when a release goes wrong, and what a sum was made of. */
import * as z from 'zod';

const money = z.number().min(0, 'cannot be less than nothing').max(1e9, 'is more than any of it costs');

export const pricesSchema = z.object({
  /** ISO 4217. */
  currency: z.string().regex(/^[A-Z]{3}$/, 'use three capital letters, for instance USD'),
  /** Answering one ticket. */
  perTicket: money,
  /** A technician's visit. */
  perVisit: money,
  /** Replaced devices, spread over all visits. */
  replacementsPerVisit: money,
  /** Connections of devices that loop. */
  perMillionReconnects: money,
  /** Goodwill for one device that went wrong. */
  goodwillPerHarmed: money,
  /** Tickets that one harmed device leads to in the end. */
  ticketsPerHarmed: z.number().min(0).max(100),
});
export type Prices = z.infer<typeof pricesSchema>;

export const costItemSchema = z.enum(['support', 'visits', 'replacements', 'cloud', 'goodwill']);
export type CostItem = z.infer<typeof costItemSchema>;

export const costLineSchema = z.object({
  item: costItemSchema,
  /** Whole units of the currency; null: not known. */
  amount: z.int().nullable(),
  /** From what it was computed, or why it is not known. */
  from: z.string(),
});
export type CostLine = z.infer<typeof costLineSchema>;
export const costSchema = z.object({
  currency: z.string(),
  /** Of the lines that are known. */
  total: z.int(),
  lines: z.array(costLineSchema),
});
export type Cost = z.infer<typeof costSchema>;
