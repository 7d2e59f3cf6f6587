/** Effects that leave the house only when the transaction that decided them is durable. */
import type { Instant } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';

/** Asks connected devices to check in, spread over so many seconds of the clock. */
export interface Effect {
  readonly kind: 'announce';
  readonly checkInWithinSeconds: number;
}

/** @param db the transaction */
export async function putEffect(db: Kysely<Database>, at: Instant, effect: Effect): Promise<void> {
  await db
    .insertInto('outbox')
    .values({ at, effect: JSON.stringify(effect) })
    .execute();
}

/** Spread so that a fleet does not come at once: 60 seconds, or 500 devices a second. */
export function announcement(devices: number): Effect {
  return { kind: 'announce', checkInWithinSeconds: Math.min(86_400, Math.max(60, Math.ceil(devices / 500))) };
}
