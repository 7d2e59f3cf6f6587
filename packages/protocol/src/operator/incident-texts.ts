/** Texts that are sent about an incident: the fleet's templates, and what people wrote for one incident. */
import * as z from 'zod';
import { instantSchema } from '../ids.ts';

/** Who reads it. */
export const readerSchema = z.enum(['customers', 'support', 'management', 'status']);
export type Reader = z.infer<typeof readerSchema>;

/** Counted up with each change: whoever sends an older one did not see the last. 0: nobody has changed it. */
const versionSchema = z.int().min(0);
const textSchema = z.string().trim().min(1, 'write a text').max(20_000, 'is longer than 20,000 characters');

export const templateSchema = z.object({
  reader: readerSchema,
  /** With placeholders in braces, `{harmed}`; a brace itself is written twice. */
  text: z.string(),
  version: versionSchema,
  /** Null: nobody, and it is the product's own. */
  setBy: z.string().nullable(),
  setAt: instantSchema.nullable(),
});
export type Template = z.infer<typeof templateSchema>;
export const templatesViewSchema = z.object({
  templates: z.array(templateSchema),
  /** What may stand in braces, and what it becomes. */
  placeholders: z.array(z.object({ name: z.string(), means: z.string() })),
});
export type TemplatesView = z.infer<typeof templatesViewSchema>;
export const templateRequestSchema = z.object({
  reader: readerSchema,
  /** Null: the product's own again. */
  text: textSchema.nullable(),
  /** The version that was read. */
  version: versionSchema,
  because: z.string().trim().min(1, 'say why, in a sentence').max(1_000),
});
export type TemplateRequest = z.infer<typeof templateRequestSchema>;

/** What somebody wrote for one incident. */
export const savedTextSchema = z.object({
  reader: readerSchema,
  text: z.string(),
  version: versionSchema,
  by: z.string(),
  at: instantSchema,
  /** Facts of the template that are not any more what they were when it was saved. */
  changed: z.array(z.object({ name: z.string(), before: z.string(), now: z.string() })),
});
export type SavedText = z.infer<typeof savedTextSchema>;
export const saveTextRequestSchema = z.object({
  /** Null: it is thrown away. */
  text: textSchema.nullable(),
  /** The version that was read; 0 where there was none. */
  version: versionSchema,
});
export type SaveTextRequest = z.infer<typeof saveTextRequestSchema>;
