/** Notice channels as they are kept: everything secret is sealed. */
import type { ChannelRequest, ChannelView } from '@tuesday/protocol';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Config } from '../config.ts';
import type { Database, NoticeChannelsTable } from '../db/schema.ts';
import { open, seal } from '../secrets/seal.ts';
import type { Target } from './send/send.ts';

export type ChannelRow = Selectable<NoticeChannelsTable>;
type Folder = Pick<Config, 'dataFolder'>;

const purposeOf = (channel: string) => `notices\n${channel}`;

export function sealTarget(folder: Folder, channel: string, target: Target): Buffer {
  return seal(folder, purposeOf(channel), JSON.stringify(target));
}

/** @throws Error when another installation sealed it */
export function openTarget(
  folder: Folder,
  { channel, sealed }: Pick<ChannelRow, 'channel' | 'sealed'>,
): Target {
  return JSON.parse(open(folder, purposeOf(channel), sealed)) as Target;
}

/** Addresses of webhooks are secrets themselves: whoever knows one can write there. */
export function shownTarget(to: ChannelRequest['to']): string {
  return to.by === 'email' ? to.addresses.join(', ') : new URL(to.url).host;
}

export async function viewChannels(db: Kysely<Database>, only?: string): Promise<ChannelView[]> {
  const rows = await db
    .selectFrom('notice_channels')
    .selectAll()
    .select(
      sql<number>`(SELECT count(*)::int FROM outbox o WHERE o.channel = notice_channels.channel
        AND o.done_at IS NULL)`.as('waiting'),
    )
    .where((is) => (only === undefined ? is.lit(true) : is('channel', '=', only)))
    .orderBy('created_at')
    .orderBy('channel')
    .execute();
  return rows.map((row) => ({
    channel: row.channel,
    name: row.name,
    kinds: row.kinds,
    by: row.by,
    to: row.shown,
    createdAt: row.created_at,
    lastDeliveredAt: row.last_delivered_at,
    failure:
      row.failure === null ? null : { at: row.failed_at ?? 0, because: row.failure, attempts: row.attempts },
    waiting: row.waiting,
  }));
}

/** How the newest message of a channel fared. */
export async function rememberHow(
  db: Kysely<Database>,
  channel: string,
  at: number,
  how: { delivered: true } | { failure: string; attempts: number },
): Promise<void> {
  await db
    .updateTable('notice_channels')
    .set(
      'delivered' in how
        ? { last_delivered_at: at, failed_at: null, failure: null, attempts: 0 }
        : { failed_at: at, failure: how.failure.slice(0, 1_000), attempts: how.attempts },
    )
    .where('channel', '=', channel)
    .execute();
}
