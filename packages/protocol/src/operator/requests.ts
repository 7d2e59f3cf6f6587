/** Bodies and queries of the operator API. */
import * as z from 'zod';
import { versionSchema } from '../ids.ts';
import { filterTextSchema } from './filters.ts';

/** Why somebody acts. Kept in the audit log. */
const becauseSchema = z.string().trim().min(1, 'say why, in a sentence').max(1_000);

export const actRequestSchema = z.object({ because: becauseSchema });
/** `release`: what the device went back from. */
export const retryRequestSchema = z.object({ release: versionSchema, because: becauseSchema });
export const optionalActRequestSchema = z.object({ because: becauseSchema.optional() });
/** `schedule`: outside the change window it is started all the same, and its first stage waits for the window. */
export const startRequestSchema = z.object({
  because: becauseSchema.optional(),
  schedule: z.boolean().optional(),
});
export const sessionRequestSchema = z.object({ token: z.string().min(1).max(256) });
export const signatureRequestSchema = z.object({
  keyid: z.string().regex(/^[0-9a-f]{64}$/),
  /** Ed25519 over the payload, hex. */
  sig: z.string().regex(/^[0-9a-f]{128}$/),
  targetsVersion: z.int().min(1),
});

const onlineKeySchema = z.object({ keyid: z.string(), privateKeyPem: z.string().max(4_096) });

/** First installation of trust: metadata signed offline, plus the two online private keys. */
export const installTrustRequestSchema = z.object({
  root: z.string().max(65_536),
  targets: z.string().max(65_536),
  online: z.object({ snapshot: onlineKeySchema, timestamp: onlineKeySchema }),
  /** keyid → label for people, for instance `alice`. */
  labels: z.record(z.string(), z.string().max(64)),
});
export type InstallTrustRequest = z.infer<typeof installTrustRequestSchema>;

export const deviceListQuerySchema = z.object({
  after: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  version: z.string().max(64).optional(),
  filter: filterTextSchema.optional(),
});
export const auditQuerySchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
  /** Who did it: a sign-in name, or the label of a token. */
  actor: z.string().max(64).optional(),
  /** What was done: a verb, or its first word, `rollout` or `rollout.halt`. */
  verb: z.string().max(64).optional(),
  /** To what: `rollout r-1`, or what stands after the first word, `r-1`. */
  object: z.string().max(120).optional(),
  /** From this instant on, and before that one. */
  from: z.coerce.number().int().min(0).optional(),
  until: z.coerce.number().int().min(0).optional(),
});
export type AuditQuery = z.infer<typeof auditQuerySchema>;

/** Takes a slice out of a rollout and goes on without it. */
export const excludeRequestSchema = z.object({
  attribute: z.string().min(1).max(64),
  value: z.string().max(200),
  because: becauseSchema,
});
