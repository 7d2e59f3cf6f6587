/**
 * What the control plane shows to operators: answers of the operator API. Responses only; requests are in
 * `requests.ts`, so that the two can grow apart.
 */
import * as z from 'zod';
import { checkInSchema, outcomeKindSchema, progressSchema, takenSchema } from '../device/v1.ts';
import { environmentSchema } from '../environment.ts';
import { deviceIdSchema, instantSchema, rolloutIdSchema, sha256Schema, versionSchema } from '../ids.ts';
import { calendarSchema } from '../calendar.ts';
import { factorKindSchema } from '../people.ts';
import { planSchema, stageSchema } from '../plan.ts';
import { policySchema } from '../policy.ts';
import { refusalSchema } from '../refusals.ts';
import { rehearsalSchema } from '../rehearsal.ts';
import { releaseManifestSchema } from '../release.ts';
import { requestStateSchema } from './consent.ts';
import { riskViewSchema } from './schedule.ts';
import {
  blameSchema,
  controlSchema,
  evidenceSchema,
  memberStateSchema,
  pauseReasonSchema,
  phaseSchema,
  rolloutEventSchema,
  sliceSchema,
  verdictSchema,
} from '../rollout.ts';

export const statusViewSchema = z.object({
  product: z.literal('tuesday'),
  version: z.string(),
  /** The server's clock, which may run faster than the wall in a demo. */
  now: instantSchema,
  /** Simulated milliseconds per real millisecond; 1 outside demos. */
  clockRate: z.number(),
  trustInstalled: z.boolean(),
  devices: z.int(),
  rollouts: z.int(),
});
export type StatusView = z.infer<typeof statusViewSchema>;

export const trustKeyViewSchema = z.object({ keyid: z.string(), label: z.string() });

export const trustViewSchema = z.object({
  installed: z.boolean(),
  roles: z.record(
    z.string(),
    z.object({
      version: z.int(),
      expires: z.string(),
      threshold: z.int(),
      keys: z.array(trustKeyViewSchema),
    }),
  ),
});
export type TrustView = z.infer<typeof trustViewSchema>;

export const releaseStateSchema = z.enum(['draft', 'published']);

export const releaseViewSchema = z.object({
  version: versionSchema,
  state: releaseStateSchema,
  manifest: releaseManifestSchema,
  createdAt: instantSchema,
  publishedAt: instantSchema.nullable(),
  /** Hardware models whose bytes have not been uploaded. */
  missingArtifacts: z.array(z.string()),
  signatures: z.object({ have: z.array(trustKeyViewSchema), need: z.int() }),
  /** Deltas that lead here; absent from older servers. */
  deltas: z
    .array(
      z.object({
        hardware: z.string(),
        /** The version that it starts from. */
        from: z.string(),
        state: z.enum(['wanted', 'made', 'none']),
        /** Bytes; null before it was tried. */
        size: z.int().nullable(),
        /** Why there is none. */
        because: z.string().optional(),
      }),
    )
    .optional(),
});
export type ReleaseView = z.infer<typeof releaseViewSchema>;

/** The exact bytes that a targets key signs for a release. */
export const signingViewSchema = z.object({
  version: versionSchema,
  targetsVersion: z.int(),
  /** Canonical JSON of the next targets metadata, as text: sign these UTF-8 bytes. */
  payload: z.string(),
  /** What the payload adds to the published targets. */
  adds: z.array(z.object({ target: z.string(), size: z.int(), sha256: sha256Schema })),
});
export type SigningView = z.infer<typeof signingViewSchema>;

export const deviceViewSchema = z.object({
  device: deviceIdSchema,
  hardware: z.string(),
  enrolledAt: instantSchema,
  lastSeen: instantSchema.nullable(),
  held: z.boolean(),
  /** The last full report, if there was one. */
  report: checkInSchema.nullable(),
  progress: progressSchema.nullable(),
  memberships: z.array(
    z.object({ rollout: rolloutIdSchema, stage: z.int(), state: memberStateSchema, because: z.string() }),
  ),
  /** Recovery releases that the device took by itself, and how each ended; the last that was heard first. */
  rescues: z.array(
    z.object({
      version: z.string(),
      kind: outcomeKindSchema,
      because: z.string(),
      heardAt: instantSchema,
      /** By which road its bytes came; absent: the device does not say. */
      road: takenSchema.optional(),
    }),
  ),
  /** What it would be answered if it reported the same again now: the judge's own sentence. */
  offer: z.object({
    kind: z.enum(['none', 'update', 'recall']),
    /** Of an update or a recall. */
    version: z.string().nullable(),
    because: z.string(),
    /** When waiting alone changes that; null: it does not. */
    againAt: instantSchema.nullable(),
  }),
  /** What it went back from, and why a second try would be refused now; null: it would not. */
  retries: z.array(z.object({ release: versionSchema, refused: refusalSchema.nullable() })),
});
export type DeviceView = z.infer<typeof deviceViewSchema>;

export const deviceListViewSchema = z.object({
  devices: z.array(
    z.object({
      device: deviceIdSchema,
      hardware: z.string(),
      version: versionSchema.nullable(),
      lastSeen: instantSchema.nullable(),
      healthy: z.boolean().nullable(),
      environment: environmentSchema,
    }),
  ),
  /** Pass as `after` to go on; null at the end. */
  next: z.string().nullable(),
});
export type DeviceListView = z.infer<typeof deviceListViewSchema>;

export const fleetViewSchema = z.object({
  devices: z.int(),
  versions: z.array(z.object({ version: z.string(), devices: z.int() })),
  environment: z.record(z.string(), z.array(z.object({ value: z.string(), devices: z.int() }))),
});
export type FleetView = z.infer<typeof fleetViewSchema>;

/** What a stage can see, said before it opens. */
export const powerSchema = z.object({
  /** Smallest share of the fleet whose defect this stage halts for with 95 % probability; null: none. */
  sees: z.number().nullable(),
  because: z.string(),
});
export type Power = z.infer<typeof powerSchema>;

const armViewSchema = z.object({ followed: z.int(), atRisk: z.int(), events: z.int() });

/** One comparison with the control: a stage, a channel and a slice ('' and '' are the whole fleet). */
export const trialLineViewSchema = z.object({
  stage: z.int(),
  channel: z.string(),
  attribute: z.string(),
  value: z.string(),
  /** Evidence as a power of ten, weighted by its share of the error budget; 2 halts, 1 pauses. */
  evidence: z.number(),
  offered: armViewSchema,
  control: armViewSchema,
});

export const trialViewSchema = z.object({
  /** The strongest weighted evidence as a power of ten; null before anything happened. */
  evidence: z.number().nullable(),
  pauseAt: z.number(),
  haltAt: z.number(),
  /** Strongest first. */
  lines: z.array(trialLineViewSchema),
  /** Values with too few devices to be tested in their stage. */
  untestable: z.array(z.object({ stage: z.int(), attribute: z.string(), value: z.string() })),
  /** Why the counters cannot be believed; null while they add up. */
  wrong: z.string().nullable(),
});
export type TrialView = z.infer<typeof trialViewSchema>;

/** How the strongest evidence against a release rose and fell, counted anew from the buckets of its trial. */
export const trialHistoryViewSchema = z.object({
  pauseAt: z.number(),
  haltAt: z.number(),
  /** Oldest first; where there are too many, of each stretch the strongest. */
  points: z.array(z.object({ at: instantSchema, evidence: z.number() })),
  /** When each stage opened. */
  opened: z.array(z.object({ stage: z.int(), at: instantSchema })),
});
export type TrialHistoryView = z.infer<typeof trialHistoryViewSchema>;

export const stageViewSchema = z.object({
  stage: z.int(),
  plan: stageSchema,
  /** Devices in the cohort. */
  size: z.int(),
  openedAt: instantSchema.nullable(),
  soakEndsAt: instantSchema.nullable(),
  passedAt: instantSchema.nullable(),
  evidence: evidenceSchema,
  verdict: verdictSchema.nullable(),
  power: powerSchema,
});
export type StageView = z.infer<typeof stageViewSchema>;

export const rolloutEventViewSchema = z.object({
  seq: z.int(),
  at: instantSchema,
  actor: z.string(),
  event: rolloutEventSchema,
  because: z.string(),
});
export type RolloutEventView = z.infer<typeof rolloutEventViewSchema>;

export const rolloutViewSchema = z.object({
  rollout: rolloutIdSchema,
  name: z.string(),
  release: versionSchema,
  wayBack: versionSchema,
  plan: planSchema,
  planDigest: sha256Schema,
  phase: phaseSchema,
  /** Index of the open or last stage; null before the first opens. */
  stage: z.int().nullable(),
  paused: z.array(pauseReasonSchema),
  /** The judge's sentence: what is happening and why. */
  because: z.string(),
  /** When the judge looks again; null when only a person can move it. */
  lookAgainAt: instantSchema.nullable(),
  now: instantSchema,
  createdAt: instantSchema,
  devices: z.int(),
  /** Devices that took the release, that went wrong, and that never came back. */
  exposed: z.int(),
  harmed: z.int(),
  stages: z.array(stageViewSchema),
  control: controlSchema,
  trial: trialViewSchema,
  /** Slices that operators took out. */
  excluded: z.array(sliceSchema),
  /** Devices that are held because their environment was not tested with the release. */
  untested: z.int().min(0),
  rehearsal: rehearsalSchema.nullable(),
  author: z.string(),
  /** The request for consent that counts now; null when none was made, or none is needed. */
  approval: z
    .object({
      approval: z.string(),
      state: requestStateSchema,
      have: z.int(),
      needed: z.int(),
      because: z.string(),
    })
    .nullable(),
  /** Who has seen the halt; null while it runs, or while nobody has. */
  acknowledged: z.object({ by: z.string(), at: instantSchema }).nullable(),
  blame: z.array(blameSchema),
  events: z.array(rolloutEventViewSchema),
});
export type RolloutView = z.infer<typeof rolloutViewSchema>;

export const rolloutListViewSchema = z.object({
  rollouts: z.array(
    z.object({
      rollout: rolloutIdSchema,
      name: z.string(),
      release: versionSchema,
      phase: phaseSchema,
      stage: z.int().nullable(),
      stages: z.int(),
      because: z.string(),
      createdAt: instantSchema,
    }),
  ),
});
export type RolloutListView = z.infer<typeof rolloutListViewSchema>;

/** Who would be in which stage, before anything starts. */
export const planCheckViewSchema = z.object({
  devices: z.int(),
  stages: z.array(z.object({ share: z.number(), size: z.int(), power: powerSchema })),
  holdOut: z.int(),
  /** Environment values with fewer than `coverage` devices in the first stage. */
  thin: z.array(
    z.object({ attribute: z.string(), value: z.string(), devices: z.int(), firstStage: z.int() }),
  ),
  firstOpening: instantSchema.nullable(),
  /** What speaks for and against starting it now. */
  risk: riskViewSchema.optional(),
});
export type PlanCheckView = z.infer<typeof planCheckViewSchema>;

export const auditEntryViewSchema = z.object({
  seq: z.int(),
  at: instantSchema,
  /** Fleet that it happened in; null for what concerns the whole organisation. */
  fleet: z.string().nullable(),
  /** Label of a person or token, `judge` or `engine`. */
  actor: z.string(),
  /** Sign-in name behind the label; null for tokens of nobody and for the engine. */
  person: z.string().nullable(),
  /** From where: the network address, or `engine`. */
  origin: z.string().nullable(),
  /** The second factor that the act was proved with. */
  factor: factorKindSchema.nullable(),
  verb: z.string(),
  object: z.string(),
  because: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  previous: sha256Schema,
  hash: sha256Schema,
});
export type AuditEntryView = z.infer<typeof auditEntryViewSchema>;

export const auditViewSchema = z.object({ entries: z.array(auditEntryViewSchema), next: z.int().nullable() });
export type AuditView = z.infer<typeof auditViewSchema>;
/** Ed25519, hex. */
export const auditKeyViewSchema = z.object({ keyid: sha256Schema, publicKey: sha256Schema });
export const policyViewSchema = z.object({
  policy: policySchema,
  /** The calendar as the judge reads it: holidays and recurring freezes written out for two years. */
  calendar: calendarSchema,
});
export type PolicyView = z.infer<typeof policyViewSchema>;
export const fleetKeyViewSchema = z.object({
  /** Shown once; devices enrol with it. */
  fleetKey: z.string(),
});
export const okViewSchema = z.object({ ok: z.literal(true) });
