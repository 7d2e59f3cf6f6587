/** The language that devices are searched by: what may be asked, what can be asked for, and what people keep of it. */
import * as z from 'zod';
import { instantSchema } from '../ids.ts';

/** RSQL, or plain text for a part of an id. Characters. */
export const FILTER_LIMIT = 2_000;
export const filterTextSchema = z
  .string()
  .max(FILTER_LIMIT, `a filter has at most ${FILTER_LIMIT} characters`);

export const filterQuerySchema = z.object({ filter: filterTextSchema.optional() });

export const filterNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'use 1 to 64 letters, digits, ".", "_" or "-", starting with a letter or digit',
  );

/** How many devices fit. `more`: there are more than `devices`, and nobody counted on. */
export const deviceCountViewSchema = z.object({ devices: z.int(), more: z.boolean() });
export type DeviceCountView = z.infer<typeof deviceCountViewSchema>;

/**
 * text: may hold `*` for anything. version: text, or in order. time: an instant, or a span from now such as `-3d`.
 * choice: one of `values`.
 */
export const fieldKindSchema = z.enum(['text', 'version', 'time', 'choice']);
export type FieldKind = z.infer<typeof fieldKindSchema>;

export const filterFieldSchema = z.object({
  /** As it is written in a filter, `environment.broker`. */
  field: z.string(),
  kind: fieldKindSchema,
  operators: z.array(z.string()),
  means: z.string(),
  /** A whole comparison. */
  example: z.string(),
  /** What can stand there, or what devices report most; the most common first. */
  values: z.array(z.string()),
});
export type FilterField = z.infer<typeof filterFieldSchema>;

export const filterFieldsViewSchema = z.object({ fields: z.array(filterFieldSchema) });
export type FilterFieldsView = z.infer<typeof filterFieldsViewSchema>;

/** `replace`: whatever stands under the name. */
export const saveFilterRequestSchema = z.object({
  name: filterNameSchema,
  filter: filterTextSchema.min(1, 'write a filter'),
  replace: z.boolean().default(false),
});

export const savedFilterSchema = z.object({
  name: filterNameSchema,
  filter: z.string(),
  /** Label of whoever wrote it last. */
  by: z.string(),
  at: instantSchema,
});
export type SavedFilter = z.infer<typeof savedFilterSchema>;

export const savedFiltersViewSchema = z.object({ filters: z.array(savedFilterSchema) });
export type SavedFiltersView = z.infer<typeof savedFiltersViewSchema>;
