/** Notifications: where they go, and what goes there. */
import * as z from 'zod';
import { instantSchema, rolloutIdSchema } from '../ids.ts';
import { personNameSchema } from '../people.ts';

export const noticeKindSchema = z.enum([
  'halted',
  'halt-unacknowledged',
  'paused',
  'gate-passed',
  'stage-opened',
  'recall-started',
  'approval-wanted',
  'glass-broken',
  'review-overdue',
  'watch-wanted',
  'new-value',
  'unknown-code',
  'unknown-code-spreads',
  'test',
]);
export type NoticeKind = z.infer<typeof noticeKindSchema>;

const address = z.url({ protocol: /^https?$/ }).max(2_000);
/** webhook is signed by Standard Webhooks 1.0; the others speak the format of their service. */
export const channelRequestSchema = z.object({
  name: z.string().trim().min(1).max(64),
  /** Empty: everything. */
  kinds: z.array(noticeKindSchema).max(32).default([]),
  to: z.discriminatedUnion('by', [
    z.object({ by: z.literal('email'), addresses: z.array(z.email()).min(1).max(20) }),
    z.object({ by: z.literal('slack'), url: address }),
    z.object({ by: z.literal('teams'), url: address }),
    z.object({ by: z.literal('webhook'), url: address }),
    z.object({
      by: z.literal('pagerduty'),
      url: address.default('https://events.pagerduty.com/v2/enqueue'),
      routingKey: z.string().min(8).max(128),
    }),
    z.object({
      by: z.literal('opsgenie'),
      url: address.default('https://api.opsgenie.com/v2/alerts'),
      apiKey: z.string().min(8).max(128),
    }),
  ]),
});
export type ChannelRequest = z.infer<typeof channelRequestSchema>;
export const channelViewSchema = z.object({
  channel: z.string(),
  name: z.string(),
  kinds: z.array(noticeKindSchema),
  by: z.string(),
  /** Where to, without secrets. */
  to: z.string(),
  createdAt: instantSchema,
  lastDeliveredAt: instantSchema.nullable(),
  /** The newest failure, until something is delivered. */
  failure: z.object({ at: instantSchema, because: z.string(), attempts: z.int() }).nullable(),
  waiting: z.int(),
});
export type ChannelView = z.infer<typeof channelViewSchema>;
export const channelListViewSchema = z.object({ channels: z.array(channelViewSchema) });
/** `secret` verifies the webhook's signatures (`whsec_…`) and is shown once; null for the others. */
export const channelMadeViewSchema = z.object({ channel: channelViewSchema, secret: z.string().nullable() });
export const channelTestViewSchema = z.object({ delivered: z.boolean(), because: z.string() });

/** What a pager service may tell us, signed by Standard Webhooks with the secret of a webhook channel. */
export const hookMessageSchema = z.object({
  type: z.literal('halt.acknowledged'),
  rollout: rolloutIdSchema,
  /** Who is at it, by sign-in name, where the service knows. */
  person: personNameSchema.optional(),
});
export type HookMessage = z.infer<typeof hookMessageSchema>;
