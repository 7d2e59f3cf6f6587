/** What changed in a fleet: enough to know what to read again, and nothing of what it says. */
import * as z from 'zod';
import { instantSchema } from '../ids.ts';

/**
 * The first word of what an audit entry is about, and four more. begin: the stream is open, and nothing after it is
 * left out. everything: more was missed than is told, read all of it again. devices: devices have reported, told
 * every few seconds at most and for all of them together, as are tickets that a help desk sends. other: what has no
 * topic of its own.
 */
export const changeTopicSchema = z.enum([
  'begin',
  'everything',
  'devices',
  'other',
  'address register',
  'approval',
  'code',
  'delegation',
  'device',
  'dimension',
  'filter',
  'fleet',
  'glass',
  'incident',
  'notice channel',
  'organisation',
  'person',
  'policy',
  'prices',
  'recovery',
  'release',
  'rollout',
  'roster',
  'session',
  'template',
  'ticket hook',
  'tickets',
  'token',
  'trust',
]);
export type ChangeTopic = z.infer<typeof changeTopicSchema>;

export const fleetChangeSchema = z.object({
  topic: changeTopicSchema,
  /** Which one, where the topic has several; null: any of them. */
  id: z.string().nullable(),
  /** By the fleet's clock. */
  at: instantSchema,
});
export type FleetChange = z.infer<typeof fleetChangeSchema>;

export const watchFleetQuerySchema = z.object({
  /** The id of the last event that was heard; `Last-Event-ID` goes before it. */
  since: z.coerce.number().int().min(0).optional(),
});

const PARTS = /^(?:\d+ )?(address register|notice channel|ticket hook|[a-z]+)(?: (.+))?$/;

/** @param object as in the audit log, `rollout r-1` */
export function changeAbout(object: string): Pick<FleetChange, 'topic' | 'id'> {
  const [, word, id = null] = PARTS.exec(object) ?? [];
  const topic = changeTopicSchema.safeParse(word);
  return topic.success ? { topic: topic.data, id } : { topic: 'other', id: null };
}
