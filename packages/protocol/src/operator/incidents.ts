/** Incidents, as the operator API speaks of them. */
import * as z from 'zod';
import { environmentSchema } from '../environment.ts';
import { deviceIdSchema, instantSchema, rolloutIdSchema, versionSchema } from '../ids.ts';
import { blameSchema, phaseSchema } from '../rollout.ts';
import { askedCodeSchema } from './codes.ts';
import { glassViewSchema } from './consent.ts';
import { savedTextSchema } from './incident-texts.ts';
import { costSchema, pricesSchema } from './prices.ts';
import { ticketViewSchema } from './tickets.ts';

const becauseSchema = z.string().trim().min(1, 'say why, in a sentence').max(1_000);
const textSchema = z.string().trim().min(1, 'write a sentence').max(4_000);

/** open: it goes on. mitigated: nothing new goes wrong, and not everybody is well. closed: over, with a note. */
export const incidentStateSchema = z.enum(['open', 'mitigated', 'closed']);
export type IncidentState = z.infer<typeof incidentStateSchema>;

/** What opened it: a halt, a recall of a rollout that had not halted, or a person. */
export const incidentCauseSchema = z.enum(['halt', 'recall', 'hand']);
export type IncidentCause = z.infer<typeof incidentCauseSchema>;

/**
 * How a harmed device came to be well again, or what it waits for. itself: rolled back by reflex. recall: sent back.
 * rescue: took a recovery release by itself. relay: the same, from a neighbour. release: runs a later release.
 * waiting: in contact and not well.
 * technician: not well and not heard from for as long as silence takes to notice, so nothing of ours reaches it.
 */
export const recoverySchema = z.enum([
  'itself',
  'recall',
  'rescue',
  'relay',
  'release',
  'waiting',
  'technician',
]);
export type Recovery = z.infer<typeof recoverySchema>;

/** open: nobody has looked. supported: something speaks for it. ruled-out: something speaks against it. */
export const hypothesisVerdictSchema = z.enum(['open', 'supported', 'ruled-out']);
export type HypothesisVerdict = z.infer<typeof hypothesisVerdictSchema>;

export const openIncidentRequestSchema = z.object({
  title: z.string().trim().min(1, 'say in a few words what happens').max(120),
  /** The rollout that it is about. */
  rollout: rolloutIdSchema.optional(),
  /** The error code that it is about. */
  code: askedCodeSchema.optional(),
  because: becauseSchema,
});
export type OpenIncidentRequest = z.infer<typeof openIncidentRequestSchema>;
export const noteRequestSchema = z.object({ text: textSchema });
export const hypothesisRequestSchema = z.object({
  text: z.string().trim().min(1, 'say what may be the cause, in a sentence').max(1_000),
});
export const judgeHypothesisRequestSchema = z.object({
  verdict: hypothesisVerdictSchema,
  because: becauseSchema,
});
export type JudgeHypothesisRequest = z.infer<typeof judgeHypothesisRequestSchema>;
export const closeIncidentRequestSchema = z.object({
  note: z.string().trim().min(1, 'say how it ended, in a sentence').max(4_000),
});
/** Visits that technicians have made so far: nobody else can count them. */
export const visitsRequestSchema = z.object({
  visits: z.int().min(0).max(100_000_000),
  because: becauseSchema,
});
export type VisitsRequest = z.infer<typeof visitsRequestSchema>;
export const incidentListQuerySchema = z.object({ state: incidentStateSchema.optional() });
export const incidentDevicesQuerySchema = z.object({
  recovery: recoverySchema.optional(),
  /** The last device of the list before. */
  after: deviceIdSchema.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
export type IncidentDevicesQuery = z.input<typeof incidentDevicesQuerySchema>;
export const reportQuerySchema = z.object({ format: z.enum(['markdown', 'pdf']).default('markdown') });

export const incidentLineViewSchema = z.object({
  incident: z.string(),
  title: z.string(),
  state: incidentStateSchema,
  cause: incidentCauseSchema,
  because: z.string(),
  openedAt: instantSchema,
  closedAt: instantSchema.nullable(),
  rollout: z.string().nullable(),
  release: versionSchema.nullable(),
  code: z.string().nullable(),
});
export type IncidentLineView = z.infer<typeof incidentLineViewSchema>;
/** Those that are not closed first, the newest first. */
export const incidentListViewSchema = z.object({ incidents: z.array(incidentLineViewSchema) });
export type IncidentListView = z.infer<typeof incidentListViewSchema>;

/** What is known about how harmed devices came back; they add up to `devices`. */
export const recoveryViewSchema = z.object({
  itself: z.int(),
  recall: z.int(),
  /** From the server, or a device that does not say from where. */
  rescue: z.int(),
  /** From a neighbour, as the device says. */
  relay: z.int(),
  release: z.int(),
  waiting: z.int(),
  technician: z.int(),
});
export type RecoveryView = z.infer<typeof recoveryViewSchema>;

export const hypothesisViewSchema = z.object({
  hypothesis: z.string(),
  text: z.string(),
  by: z.string(),
  at: instantSchema,
  verdict: hypothesisVerdictSchema,
  /** Why; null while nobody has judged it. */
  because: z.string().nullable(),
  judgedBy: z.string().nullable(),
  judgedAt: instantSchema.nullable(),
});
export type HypothesisView = z.infer<typeof hypothesisViewSchema>;

export const timelineKindSchema = z.enum([
  'rollout',
  'act',
  'notice',
  'ticket',
  'code',
  'glass',
  'note',
  'watch',
]);
export type TimelineKind = z.infer<typeof timelineKindSchema>;
export const timelineEntryViewSchema = z.object({
  at: instantSchema,
  kind: timelineKindSchema,
  /** Null: the product itself, or customers. */
  who: z.string().nullable(),
  what: z.string(),
  because: z.string(),
  /** Page of the console that shows it. */
  path: z.string().nullable(),
});
export type TimelineEntryView = z.infer<typeof timelineEntryViewSchema>;

/** A sum, and the sentence that says what it supposes. */
const supposedCostSchema = costSchema.extend({ supposing: z.string() });

/** Texts to send, filled with what is known now; Markdown without headings. */
export const incidentTextsSchema = z.object({
  customers: z.string(),
  support: z.string(),
  management: z.string(),
  status: z.string(),
});
export type IncidentTexts = z.infer<typeof incidentTextsSchema>;

export const incidentViewSchema = z.object({
  ...incidentLineViewSchema.omit({ rollout: true }).shape,
  openedBy: z.string(),
  mitigatedAt: instantSchema.nullable(),
  closedBy: z.string().nullable(),
  closingNote: z.string().nullable(),
  now: instantSchema,
  rollout: z
    .object({
      rollout: rolloutIdSchema,
      name: z.string(),
      wayBack: versionSchema,
      phase: phaseSchema,
      because: z.string(),
    })
    .nullable(),
  /** One sentence each: what happens, who is harmed, who is well again, what comes next. */
  summary: z.object({ what: z.string(), harmed: z.string(), healed: z.string(), next: z.string() }),
  harmed: z.object({
    devices: z.int(),
    failed: z.int(),
    rolledBack: z.int(),
    silent: z.int(),
    /** Of slices that were taken out of the rollout; only those that said so. */
    excluded: z.int(),
    /** Devices that ran the release, or that the code was looked for on. */
    exposed: z.int(),
  }),
  recovery: recoveryViewSchema,
  blame: z.array(blameSchema),
  hypotheses: z.array(hypothesisViewSchema),
  tickets: z.object({
    count: z.int(),
    /** Codes by which they belong here, with their tickets. */
    codes: z.array(z.object({ code: z.string(), tickets: z.int() })),
    since: instantSchema,
    newest: z.array(ticketViewSchema),
  }),
  /** Recorded by people. */
  visits: z.int(),
  cost: z.object({
    /** Where the price list comes from, as a sentence. */
    prices: z.string(),
    soFar: supposedCostSchema,
    /** When nobody does anything from now on. */
    ifNothing: supposedCostSchema,
    /** Had nothing stopped the release; null where there is no rollout to tell from. */
    wholeFleet: supposedCostSchema.nullable(),
  }),
  glasses: z.array(glassViewSchema),
  timeline: z.array(timelineEntryViewSchema),
  /** The timeline is longer than what is shown. */
  timelineCut: z.boolean(),
  texts: incidentTextsSchema,
  /** What people wrote instead. */
  savedTexts: z.array(savedTextSchema),
});
export type IncidentView = z.infer<typeof incidentViewSchema>;

export const incidentDeviceViewSchema = z.object({
  device: deviceIdSchema,
  hardware: z.string(),
  recovery: recoverySchema,
  /** What was said about it last in this rollout. */
  because: z.string(),
  version: versionSchema.nullable(),
  lastSeen: instantSchema.nullable(),
  environment: environmentSchema,
  /** Whoever wrote about it, as the help desk calls them. */
  customer: z.string().nullable(),
});
export type IncidentDeviceView = z.infer<typeof incidentDeviceViewSchema>;
export const incidentDeviceListViewSchema = z.object({
  devices: z.array(incidentDeviceViewSchema),
  /** Pass as `after` to go on; null at the end. */
  next: z.string().nullable(),
});

export const pricesViewSchema = z.object({
  prices: pricesSchema,
  /** Who set them, and when; null: nobody, and they are those of the Friday incident. */
  setBy: z.string().nullable(),
  setAt: instantSchema.nullable(),
  source: z.string(),
});
export type PricesView = z.infer<typeof pricesViewSchema>;
export const pricesRequestSchema = z.object({ prices: pricesSchema, because: becauseSchema });
export type PricesRequest = z.infer<typeof pricesRequestSchema>;
