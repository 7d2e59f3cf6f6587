/**
 * The declared facts that split a fleet, as devices report them: hardware, broker and version, region, …
 */
import * as z from 'zod';

export const attributeNameSchema = z
  .string()
  .regex(
    /^[a-z][A-Za-z0-9_-]{0,31}$/,
    'use 1 to 32 letters, digits, "_" or "-", starting with a small letter',
  );

export const attributeValueSchema = z.string().min(1).max(128);

/** attribute → value; at most 64 attributes. */
export const environmentSchema = z
  .record(attributeNameSchema, attributeValueSchema)
  .refine((record) => Object.keys(record).length <= 64, { message: 'at most 64 attributes' });
export type Environment = z.infer<typeof environmentSchema>;
