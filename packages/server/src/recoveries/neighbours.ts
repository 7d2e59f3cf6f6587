/** Devices in contact that say that they hear others on the link: hearsay, good for showing which roads may be open. */
import type { Instant } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { Scope } from './scope.ts';

export interface Hearer {
  readonly device: string;
  readonly lastSeen: Instant;
}

/** By the device that is heard; those that were in contact last come first. Who gives nothing is left out. */
export async function readHearers(
  db: Kysely<Database>,
  scope: Scope,
): Promise<ReadonlyMap<string, readonly Hearer[]>> {
  const { rows } = await sql<{ heard: string } & Hearer>`
    SELECT h.device AS heard, n.device, c.last_seen AS "lastSeen"
    FROM devices n
      JOIN contacts c ON c.device = n.device AND c.last_seen >= ${scope.now - scope.silentAfter}
      CROSS JOIN LATERAL jsonb_array_elements_text(n.report -> 'relay' -> 'heard') AS h (device)
    WHERE jsonb_exists(n.report, 'relay') AND (n.report -> 'relay' ->> 'gives')::boolean
      AND h.device <> n.device AND h.device IN (SELECT s.device FROM (${scope.source}) AS s)
    ORDER BY c.last_seen DESC, n.device`.execute(db);
  const found = new Map<string, Hearer[]>();
  for (const { heard, ...hearer } of rows) found.set(heard, [...(found.get(heard) ?? []), hearer]);
  return found;
}
