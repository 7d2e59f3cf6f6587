/** Events of devices are kept for 90 days; the newest 200 of each are kept as they are written. */
import { EVENT_DAYS } from '@tuesday/protocol';
import { sql } from 'kysely';
import type { Context } from '../context.ts';

const DAY = 86_400_000;

/** @returns how many were forgotten */
export async function forgetEvents({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM device_events WHERE at < ${clock.now() - EVENT_DAYS * DAY}`.execute(db);
  return Number(numAffectedRows ?? 0);
}
