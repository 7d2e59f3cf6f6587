/** Devices that a running campaign has already: two would tell two stories of who brought one back. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { Busy } from './may-not.ts';

export async function findBusy(db: Kysely<Database>, recovery: string): Promise<Busy | undefined> {
  const { rows } = await sql<Busy>`
    SELECT o.device, o.recovery FROM recovery_devices d
      JOIN recovery_devices o ON o.device = d.device AND o.recovery <> d.recovery
      JOIN recoveries r ON r.recovery = o.recovery AND r.state = 'running'
    WHERE d.recovery = ${recovery} ORDER BY o.device LIMIT 1`.execute(db);
  return rows[0];
}
