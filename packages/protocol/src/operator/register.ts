/** The address register: where devices stand and whom to call. Personal data, and apart from all that decides. */
import * as z from 'zod';
import { deviceIdSchema, instantSchema } from '../ids.ts';

const becauseSchema = z.string().trim().min(1, 'say why, in a sentence').max(1_000);

/** A line of the file; nothing of it goes into environments, counts or rehearsals. */
export const registerEntrySchema = z.object({
  device: deviceIdSchema,
  customer: z.string().nullable(),
  address: z.string(),
  contact: z.string().nullable(),
});
export type RegisterEntry = z.infer<typeof registerEntrySchema>;

/** How much there is, without a name or an address. */
export const registerViewSchema = z.object({
  entries: z.int(),
  /** Entries about devices that have never enrolled here. */
  unknown: z.int(),
  importedAt: instantSchema.nullable(),
});
export type RegisterView = z.infer<typeof registerViewSchema>;

export const registerImportQuerySchema = z.object({
  because: becauseSchema,
  delimiter: z.enum([',', ';', '\t', '|']).default(','),
  /** add: other entries stay. replace: what the file does not have is deleted. */
  mode: z.enum(['add', 'replace']).default('add'),
});
export type RegisterImportQuery = z.infer<typeof registerImportQuerySchema>;
export const registerImportViewSchema = z.object({
  lines: z.int(),
  added: z.int(),
  changed: z.int(),
  deleted: z.int(),
  register: registerViewSchema,
});
export type RegisterImportView = z.infer<typeof registerImportViewSchema>;

export const registerListQuerySchema = z.object({
  /** The last device of the list before. */
  after: deviceIdSchema.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
export type RegisterListQuery = z.infer<typeof registerListQuerySchema>;
export const registerListViewSchema = z.object({
  entries: z.array(registerEntrySchema),
  /** Pass as `after` to go on; null at the end. */
  next: z.string().nullable(),
});

export const registerDeleteRequestSchema = z.object({
  /** Whose entries; null: all of the register. */
  devices: z.array(deviceIdSchema).min(1).max(1_000).nullable(),
  because: becauseSchema,
});
export type RegisterDeleteRequest = z.infer<typeof registerDeleteRequestSchema>;
export const registerDeleteViewSchema = z.object({ deleted: z.int(), register: registerViewSchema });
