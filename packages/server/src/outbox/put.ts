/** Effects that leave the house only when the transaction that decided them is durable. */
import type { Instant } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { Notice } from '../notices/put.ts';

/** Asks connected devices to check in, spread over so many seconds of the clock. */
export interface Announcement {
  readonly kind: 'announce';
  readonly checkInWithinSeconds: number;
}

/** Tells one notice channel. */
export interface NoticeEffect {
  readonly kind: 'notice';
  readonly notice: Notice;
}

/** Tells one pager service that somebody is at it. */
export interface ResolveEffect {
  readonly kind: 'resolve';
  readonly about: string;
  readonly because: string;
}

/** @param db the transaction */
export async function putEffect(db: Kysely<Database>, at: Instant, effect: Announcement): Promise<void> {
  await db
    .insertInto('outbox')
    .values({ at, effect: JSON.stringify(effect) })
    .execute();
}

/** Spread so that a fleet does not come at once: 60 seconds, or 500 devices a second. */
export function announcement(devices: number): Announcement {
  return { kind: 'announce', checkInWithinSeconds: Math.min(86_400, Math.max(60, Math.ceil(devices / 500))) };
}
