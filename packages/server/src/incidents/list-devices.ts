/** Harmed devices one by one, and how each came back or what it waits for. */
import {
  type IncidentDeviceView,
  type IncidentDevicesQuery,
  isRefused,
  type OrRefused,
  type RouteAnswer,
} from '@tuesday/protocol';
import { type RecoveryFacts, recoveryOf } from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { harmedSql, meaning } from './harmed.ts';
import { findIncident } from './incident.ts';
import { type Scope, scopeOf } from './scope.ts';

export async function listIncidentDevices(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  incident: string,
  { recovery, after, limit = 100 }: IncidentDevicesQuery,
): Promise<OrRefused<RouteAnswer<'listIncidentDevices'>>> {
  const row = await findIncident(db, incident);
  if (isRefused(row)) return row;
  const scope = await scopeOf(db, row, clock.now());
  const most = Number(limit);
  const found = await readHarmed(db, scope, { recovery, after, limit: most + 1 });
  const devices = found.slice(0, most);
  return { devices, next: found.length > most ? (devices.at(-1)?.device ?? null) : null };
}

type Row = RecoveryFacts & Omit<IncidentDeviceView, 'recovery'>;

/** In the order of their names. */
export async function readHarmed(
  db: Kysely<Database>,
  scope: Scope,
  { recovery, after, limit }: Pick<IncidentDevicesQuery, 'recovery' | 'after'> & { limit: number },
): Promise<IncidentDeviceView[]> {
  const { rows } = await sql<Row>`
    SELECT h.device, d.hardware, h.said AS because, running_version(d.report) AS version,
      c.last_seen AS "lastSeen", coalesce(d.report -> 'environment', '{}') AS environment,
      (SELECT t.customer FROM tickets t WHERE t.device = h.device AND t.customer IS NOT NULL
        ORDER BY t.at DESC LIMIT 1) AS customer,
      h.went_back AS "wentBack", h.recalled, h.rescued, h.relayed, h.well, h.heard
    FROM (${harmedSql(scope)}) AS h JOIN devices d ON d.device = h.device
      LEFT JOIN contacts c ON c.device = h.device
    WHERE ${after === undefined ? sql`true` : sql`h.device > ${after}`}
      AND ${recovery === undefined ? sql`true` : meaning(recovery)}
    ORDER BY h.device LIMIT ${limit}`.execute(db);
  return rows.map(({ wentBack, recalled, rescued, relayed, well, heard, ...device }) => ({
    ...device,
    recovery: recoveryOf({ wentBack, recalled, rescued, relayed, well, heard }),
  }));
}
