/** What a fleet consists of now, and since when: counts by attribute and value. */
import * as z from 'zod';
import { attributeNameSchema, attributeValueSchema } from './environment.ts';
import { instantSchema } from './ids.ts';

export const inventoryValueSchema = z.object({
  /** Normalised; null: the devices do not report the dimension. */
  value: attributeValueSchema.nullable(),
  devices: z.int().min(0),
  /** Of the fleet, 0 to 1, not rounded. */
  share: z.number(),
  /** When the first device reported it. */
  firstSeenAt: instantSchema.nullable(),
  /** The spellings that were taken for it. */
  spellings: z.array(attributeValueSchema).max(20),
});

export const inventoryViewSchema = z.object({
  at: instantSchema,
  devices: z.int().min(0),
  dimensions: z.array(
    z.object({
      name: attributeNameSchema,
      /** Of the policy. The others are what devices report beside. */
      declared: z.boolean(),
      /** Most common first. */
      values: z.array(inventoryValueSchema),
      /** Values that are left out here because there are too many. */
      more: z.int().min(0),
    }),
  ),
});
export type InventoryView = z.infer<typeof inventoryViewSchema>;

/** Shares by day, oldest first. */
export const inventoryHistorySchema = z.object({
  dimension: attributeNameSchema,
  days: z.array(
    z.object({
      /** In the fleet's zone. */
      day: z.iso.date(),
      devices: z.int().min(0),
      values: z.array(z.object({ value: attributeValueSchema.nullable(), devices: z.int().min(0) })),
    }),
  ),
});
export type InventoryHistory = z.infer<typeof inventoryHistorySchema>;
