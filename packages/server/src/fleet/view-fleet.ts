/** The fleet as its devices report it, from counters: it costs the same with a thousand devices and a million. */
import type { FleetView } from '@tuesday/protocol';
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { readFleetCounts } from './counts.ts';

/** Values of one attribute that are shown; the rest is too fine to read. */
const VALUES = 200;

export async function viewFleet({ db }: Pick<Context, 'db'>): Promise<FleetView> {
  const { enrolled } = await readFleetCounts(db);
  const { rows } = await sql<{ attribute: string; value: string; devices: number }>`
    SELECT attribute, value, devices FROM (
      SELECT attribute, value, sum(devices)::int AS devices,
        row_number() OVER (PARTITION BY attribute ORDER BY sum(devices) DESC, value) AS place
      FROM environment_counts WHERE attribute <> '' GROUP BY 1, 2 HAVING sum(devices) > 0
    ) AS counted WHERE place <= ${sql.lit(VALUES)} OR attribute = 'version'
    ORDER BY attribute, devices DESC, value`.execute(db);
  const versions = rows
    .filter(({ attribute }) => attribute === 'version')
    .map(({ value, devices }) => ({ version: value, devices }));
  const known = versions.reduce((sum, { devices }) => sum + devices, 0);
  const environment: FleetView['environment'] = {};
  for (const { attribute, value, devices } of rows)
    if (attribute !== 'version') (environment[attribute] ??= []).push({ value, devices });
  return {
    devices: enrolled,
    versions: known < enrolled ? [...versions, { version: 'unknown', devices: enrolled - known }] : versions,
    environment,
  };
}
