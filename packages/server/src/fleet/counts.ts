/** How many devices there are and how many are unwell, from counters: nothing is scanned. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';

export interface FleetCounts {
  /** Enrolled, whether they have reported or not. */
  readonly enrolled: number;
  /** By their last report. */
  readonly unhealthy: number;
}

export async function readFleetCounts(db: Kysely<Database>): Promise<FleetCounts> {
  const { rows } = await sql<FleetCounts>`
    SELECT coalesce(sum(devices) FILTER (WHERE what = 'enrolled'), 0)::int AS enrolled,
      coalesce(sum(devices) FILTER (WHERE what = 'unhealthy'), 0)::int AS unhealthy
    FROM fleet_counts`.execute(db);
  return rows[0] ?? { enrolled: 0, unhealthy: 0 };
}
