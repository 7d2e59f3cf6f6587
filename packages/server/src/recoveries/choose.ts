/** Which devices a campaign would have, by incident, filter or list. */
import {
  CAMPAIGN_LIMIT,
  isRefused,
  type OrRefused,
  type PreviewCampaignRequest,
  refuse,
} from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import { textArray } from '../db/text-array.ts';
import { fittingDevices } from '../filter/select-devices.ts';
import { findIncident } from '../incidents/incident.ts';
import { readHarmed } from '../incidents/list-devices.ts';
import { scopeOf } from '../incidents/scope.ts';
import type { Parts } from './act.ts';

export type Choice = Pick<PreviewCampaignRequest, 'incident' | 'filter' | 'devices'>;

export async function chosen(parts: Parts, choice: Choice): Promise<OrRefused<{ devices: string[] }>> {
  const { incident, filter, devices = [] } = choice;
  const found =
    incident !== undefined
      ? await ofIncident(parts, incident)
      : filter !== undefined
        ? await fittingDevices(parts, filter, CAMPAIGN_LIMIT + 1)
        : await known(parts.db, devices);
  if (isRefused(found)) return found;
  if (found.devices.length <= CAMPAIGN_LIMIT) return found;
  return {
    refused: refuse('bad-request', `these are more than ${CAMPAIGN_LIMIT} devices`, {
      field: incident === undefined ? 'filter' : 'incident',
      try: 'plan several campaigns, each with a filter that is narrower',
    }),
  };
}

/** Those that are not well. */
async function ofIncident({ db, clock }: Parts, incident: string): Promise<OrRefused<{ devices: string[] }>> {
  const row = await findIncident(db, incident);
  if (isRefused(row)) return { refused: { ...row.refused, field: 'incident' } };
  const scope = await scopeOf(db, row, clock.now());
  const limit = CAMPAIGN_LIMIT + 1;
  const waiting = await readHarmed(db, scope, { recovery: 'waiting', limit });
  const silent = await readHarmed(db, scope, { recovery: 'technician', limit });
  return { devices: [...waiting, ...silent].map(({ device }) => device).sort() };
}

async function known(
  db: Kysely<Database>,
  devices: readonly string[],
): Promise<OrRefused<{ devices: string[] }>> {
  const asked = [...new Set(devices)].sort();
  const { rows } = await sql<{ device: string }>`
    SELECT d.device FROM unnest(${textArray(asked)}::text[]) AS u (device) JOIN devices d ON d.device = u.device`.execute(
    db,
  );
  const there = new Set(rows.map(({ device }) => device));
  const missing = asked.find((device) => !there.has(device));
  if (missing === undefined) return { devices: asked };
  return {
    refused: refuse('not-found', `there is no device ${missing}`, {
      field: 'devices',
      try: 'tuesday device list shows what there is',
    }),
  };
}

/** Of these, those that a running campaign has already. */
export async function takenAlready(
  db: Kysely<Database>,
  devices: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ device: string }>`
    SELECT d.device FROM recovery_devices d JOIN recoveries r ON r.recovery = d.recovery AND r.state = 'running'
    WHERE d.device = ANY(${textArray(devices)}::text[])`.execute(db);
  return new Set(rows.map(({ device }) => device));
}
