/** Approvals and break-glass, as the operator API speaks of them. */
import * as z from 'zod';
import { instantSchema, rolloutIdSchema, sha256Schema } from '../ids.ts';
import { factorKindSchema, factorSchema, personNameSchema } from '../people.ts';

const becauseSchema = z.string().trim().min(1, 'say why, in a sentence').max(1_000);

/**
 * What a consent is about. rollout: starting it. policy: a policy that loosens the one in force. unhold: letting
 * offers reach a held device again. recall: sending a fleet back after the watch, when the way back is no longer
 * armed.
 */
export const subjectSchema = z.enum(['rollout', 'policy', 'unhold', 'recall']);
export type Subject = z.infer<typeof subjectSchema>;

export const requestStateSchema = z.enum(['open', 'approved', 'used', 'withdrawn', 'void', 'expired']);
export type RequestState = z.infer<typeof requestStateSchema>;

export const consentViewSchema = z.object({
  /** Who consented, and for whom, when an approver has delegated. */
  by: z.string(),
  onBehalfOf: z.string().nullable(),
  factor: factorKindSchema,
  at: instantSchema,
  withdrawnAt: instantSchema.nullable(),
});

/** A request for consent to exactly what `digest` covers. */
export const approvalViewSchema = z.object({
  approval: z.string(),
  subject: subjectSchema,
  /** Rollout or device id; `policy` for the policy. */
  object: z.string(),
  /** SHA-256 of the canonical JSON (RFC 8785) of `covers`. */
  digest: sha256Schema,
  /** Everything that the digest covers: release digests, plan, policy, rehearsal; or the new policy; … */
  covers: z.record(z.string(), z.unknown()),
  /** In plain words, one sentence a line: what will happen, to whom, when. */
  words: z.array(z.string()),
  author: z.string(),
  because: z.string(),
  state: requestStateSchema,
  needed: z.int(),
  consents: z.array(consentViewSchema),
  createdAt: instantSchema,
  expiresAt: instantSchema,
  /** Why the person who asks cannot consent; null when they can. */
  mayNot: z.string().nullable(),
  /** What the passkey is asked to vouch for: `approve:<digest>`. */
  purpose: z.string(),
});
export type ApprovalView = z.infer<typeof approvalViewSchema>;
export const approvalListViewSchema = z.object({ approvals: z.array(approvalViewSchema) });

/** The digest is what the person has read; another one is refused. */
export const approveRequestSchema = z.object({
  digest: sha256Schema,
  factor: factorSchema,
  /** The approver who has delegated, when it is not the person's own consent. */
  onBehalfOf: personNameSchema.optional(),
});

export const delegationViewSchema = z.object({
  delegation: z.string(),
  of: z.string(),
  to: z.string(),
  from: instantSchema,
  until: instantSchema,
  revokedAt: instantSchema.nullable(),
});
export const delegationListViewSchema = z.object({ delegations: z.array(delegationViewSchema) });

/** recall: without an armed way back. window: open a recovery release outside the window. unhold: raise a hold. */
export const glassActSchema = z.enum(['recall', 'window', 'unhold']);
export type GlassAct = z.infer<typeof glassActSchema>;
export const breakGlassRequestSchema = z.object({
  act: glassActSchema,
  /** Rollout id, or device id for `unhold`. */
  object: z.string().min(1).max(64),
  because: becauseSchema,
  factor: factorSchema,
});
export const glassViewSchema = z.object({
  glass: z.string(),
  act: glassActSchema,
  object: z.string(),
  by: z.string(),
  because: z.string(),
  factor: factorKindSchema,
  at: instantSchema,
  expiresAt: instantSchema,
  usedAt: instantSchema.nullable(),
  review: z.object({
    dueAt: instantSchema,
    overdue: z.boolean(),
    closedAt: instantSchema.nullable(),
    closedBy: z.string().nullable(),
    finding: z.string().nullable(),
  }),
  purpose: z.string(),
});
export type GlassView = z.infer<typeof glassViewSchema>;
export const glassListViewSchema = z.object({ glasses: z.array(glassViewSchema) });
export const reviewRequestSchema = z.object({
  finding: z.string().trim().min(1, 'say what was found').max(4_000),
});

/** A halt is answered at once. `durable: false`: no offer leaves this server any more, and the database hears as soon as it answers. */
export const haltAnswerSchema = z.object({
  rollout: rolloutIdSchema,
  halted: z.literal(true),
  durable: z.boolean(),
  because: z.string(),
});
export type HaltAnswer = z.infer<typeof haltAnswerSchema>;
