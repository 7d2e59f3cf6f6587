/** What people are told about, put into the outbox by the transaction that it happens in. */
import type { Instant, NoticeKind } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { NoticeEffect, ResolveEffect } from '../outbox/put.ts';
import { isPager, wants } from './kinds.ts';

export interface Notice {
  readonly kind: NoticeKind;
  /** One line: what happened. */
  readonly title: string;
  /** The sentences that belong to it, in plain words. */
  readonly lines: readonly string[];
  /** Page of the console, `/rollouts/r-1`. */
  readonly path: string;
  /** For services that gather what belongs together, `rollout r-1`. */
  readonly about: string;
}

/**
 * One message for each channel that wants the kind, so that one that fails is tried again without the others.
 *
 * @param db the transaction
 */
export async function putNotice(db: Kysely<Database>, at: Instant, notice: Notice): Promise<void> {
  const channels = await channelsOf(db);
  const wanting = channels.filter((channel) => wants(channel, notice.kind));
  await put(db, at, wanting, { kind: 'notice', notice });
}

/**
 * Tells the pager services that somebody is at what they call people for.
 *
 * @param db    the transaction
 * @param about as the notice had it
 */
export async function putResolve(
  db: Kysely<Database>,
  at: Instant,
  about: string,
  because: string,
): Promise<void> {
  const pagers = (await channelsOf(db)).filter(isPager);
  await put(db, at, pagers, { kind: 'resolve', about, because });
}

/** None of them can be removed before the transaction ends: its messages would have nowhere to go. */
function channelsOf(db: Kysely<Database>) {
  return db
    .selectFrom('notice_channels')
    .select(['channel', 'by', 'kinds'])
    .orderBy('channel')
    .forKeyShare()
    .execute();
}

async function put(
  db: Kysely<Database>,
  at: Instant,
  channels: ReadonlyArray<{ readonly channel: string }>,
  effect: NoticeEffect | ResolveEffect,
): Promise<void> {
  if (channels.length === 0) return;
  await db
    .insertInto('outbox')
    .values(channels.map(({ channel }) => ({ at, channel, effect: JSON.stringify(effect) })))
    .execute();
}
