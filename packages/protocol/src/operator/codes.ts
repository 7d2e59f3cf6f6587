/** The error-code catalogue: what is asked of it, and what it answers. */
import * as z from 'zod';
import {
  codeTextSchema,
  declaredErrorCodeSchema,
  languageTagSchema,
  parseCode,
  severitySchema,
} from '../error-codes.ts';
import { environmentSchema } from '../environment.ts';
import { instantSchema } from '../ids.ts';

/** A code in an address, in whatever case and with whatever zeros it is written. */
export const askedCodeSchema = z.string().refine((text) => parseCode(text) !== undefined, {
  message: 'use 0x and 1 to 8 hex digits, for instance 0x45',
});

/** What a person writes down about a code that no release documents yet. */
export const writtenCodeSchema = declaredErrorCodeSchema
  .omit({ code: true, since: true, failsHealth: true })
  .extend({
    /** Null: not known yet. */
    failsHealth: z.boolean().nullable().default(null),
  });
export type WrittenCode = z.infer<typeof writtenCodeSchema>;

export const documentCodeRequestSchema = writtenCodeSchema.extend({
  because: z.string().trim().min(1, 'say why, in a sentence').max(1_000),
});
export type DocumentCodeRequest = z.infer<typeof documentCodeRequestSchema>;

/** documented: by a release. written: by a person, until a release does. stub: by nobody. */
export const codeStateSchema = z.enum(['documented', 'written', 'stub']);
export type CodeState = z.infer<typeof codeStateSchema>;

export const stubSourceSchema = z.enum(['device', 'ticket']);
export type StubSource = z.infer<typeof stubSourceSchema>;

export const codeListQuerySchema = z.object({
  state: codeStateSchema.optional(),
  severity: severitySchema.optional(),
  /** Words or digits that stand in code, title or meaning. */
  search: z.string().trim().max(120).optional(),
  /** The last code of the list before. */
  after: askedCodeSchema.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type CodeListQuery = z.infer<typeof codeListQuerySchema>;

export const codeLineViewSchema = z.object({
  code: z.string(),
  state: codeStateSchema,
  title: z.string().nullable(),
  severity: severitySchema.nullable(),
  /** Null: not known. */
  failsHealth: z.boolean().nullable(),
  /** The newest published release that documents it. */
  release: z.string().nullable(),
  /** How many do. */
  releases: z.int(),
  /** Devices that were seen with it before it was documented. */
  devices: z.int(),
  openedAt: instantSchema.nullable(),
});
export type CodeLineView = z.infer<typeof codeLineViewSchema>;

export const codeListViewSchema = z.object({
  codes: z.array(codeLineViewSchema),
  /** Of all codes that were seen and that nobody has documented. */
  stubs: z.int(),
  /** Pass as `after` to go on; null at the end. */
  next: z.string().nullable(),
});
export type CodeListView = z.infer<typeof codeListViewSchema>;

export const stubViewSchema = z.object({
  openedAt: instantSchema,
  seenBy: stubSourceSchema,
  firstDevice: z.string().nullable(),
  firstRelease: z.string().nullable(),
  firstEnvironment: environmentSchema.nullable(),
  /** At most 10,000 are counted. */
  devices: z.int(),
  writtenAt: instantSchema.nullable(),
  writtenBy: z.string().nullable(),
  /** When people were called; null while they were not. */
  pagedAt: instantSchema.nullable(),
  closedAt: instantSchema.nullable(),
  /** The release that documents it. */
  closedBy: z.string().nullable(),
});
export type StubView = z.infer<typeof stubViewSchema>;

export const codeViewSchema = z.object({
  code: z.string(),
  state: codeStateSchema,
  /** What counts now: of the newest published release, else of a person; null where nobody has said anything. */
  now: writtenCodeSchema.extend({ since: z.string().nullable() }).nullable(),
  /** What each release said, the newest published first. */
  releases: z.array(
    declaredErrorCodeSchema.omit({ code: true }).extend({ release: z.string(), publishedAt: instantSchema }),
  ),
  stub: stubViewSchema.nullable(),
  tickets: z.object({ lastDay: z.int(), dayBefore: z.int() }),
  /** Who looks after undocumented codes. */
  owner: z.string().nullable(),
});
export type CodeView = z.infer<typeof codeViewSchema>;

/** none: nothing is under way. looking: somebody finds out. stopped: an update that shows it. coming: one without it. */
export const fixSchema = z.enum(['none', 'looking', 'stopped', 'coming']);
export type Fix = z.infer<typeof fixSchema>;

/** What everybody may know about a code: nothing about devices, and no figures. */
export const supportCodeViewSchema = z.object({
  code: z.string(),
  severity: severitySchema,
  /** The language of the text. */
  language: languageTagSchema,
  ...codeTextSchema.shape,
  fix: fixSchema,
});
export type SupportCodeView = z.infer<typeof supportCodeViewSchema>;

export const supportQuerySchema = z.object({
  /** Else what `Accept-Language` says. */
  lang: z.string().max(64).optional(),
});
