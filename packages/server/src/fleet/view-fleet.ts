/** The fleet as its devices report it. */
import type { FleetView } from '@tuesday/protocol';
import { sql } from 'kysely';
import type { Context } from '../context.ts';

/** Values of one attribute that are shown; the rest is too fine to read. */
const VALUES = 200;

export const RUNNING = sql<string | null>`report -> 'slots' -> (report ->> 'active') ->> 'version'`;

export async function viewFleet({ db }: Pick<Context, 'db'>): Promise<FleetView> {
  const versions = await sql<{ version: string; devices: number }>`
    SELECT coalesce(${RUNNING}, 'unknown') AS version, count(*)::int AS devices
    FROM devices GROUP BY 1 ORDER BY 2 DESC, 1`.execute(db);
  const values = await sql<{ attribute: string; value: string; devices: number }>`
    SELECT attribute, value, devices FROM (
      SELECT e.key AS attribute, e.value, count(*)::int AS devices,
        row_number() OVER (PARTITION BY e.key ORDER BY count(*) DESC, e.value) AS place
      FROM devices CROSS JOIN LATERAL jsonb_each_text(
        jsonb_build_object('hardware', devices.hardware) || coalesce(report -> 'environment', '{}')) AS e
      GROUP BY 1, 2
    ) AS counted WHERE place <= ${sql.lit(VALUES)} ORDER BY attribute, devices DESC, value`.execute(db);
  const environment: FleetView['environment'] = {};
  for (const { attribute, value, devices } of values.rows)
    (environment[attribute] ??= []).push({ value, devices });
  return {
    devices: versions.rows.reduce((sum, row) => sum + row.devices, 0),
    versions: versions.rows,
    environment,
  };
}
