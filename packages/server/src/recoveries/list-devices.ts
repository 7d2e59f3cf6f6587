/** Devices of a campaign one by one: where each stands, and which roads to it are open. */
import {
  type CampaignDevicesQuery,
  type CampaignDeviceView,
  type Environment,
  isRefused,
  type OrRefused,
  type RouteAnswer,
} from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import { textArray } from '../db/text-array.ts';
import type { Parts } from './act.ts';
import { type CampaignRow, findCampaign } from './campaign.ts';
import { dayOf } from './days.ts';
import { type CampaignDevice, readDevices } from './read-devices.ts';
import { scopeOf } from './scope.ts';
import { deviceWords } from './words.ts';

const NEIGHBOURS_SHOWN = 8;

export async function listRecoveryDevices(
  parts: Parts,
  recovery: string,
  { standing, after, limit }: CampaignDevicesQuery,
): Promise<OrRefused<RouteAnswer<'listRecoveryDevices'>>> {
  const row = await findCampaign(parts.db, recovery);
  if (isRefused(row)) return row;
  const fits = (one: CampaignDevice) =>
    (standing === undefined || one.standing === standing) && (after === undefined || one.device > after);
  const { views, more } = await viewDevices(parts, row, fits, limit);
  return { devices: views, next: more ? (views.at(-1)?.device ?? null) : null };
}

/** In the order of their names. */
export async function viewDevices(
  parts: Parts,
  row: CampaignRow,
  fits: (one: CampaignDevice) => boolean,
  limit: number,
): Promise<{ views: CampaignDeviceView[]; more: boolean }> {
  const { db } = parts;
  const scope = await scopeOf(db, parts, row);
  const all = await readDevices(db, scope);
  const day = dayOf(all, row, scope.now);
  const fitting = all.filter(fits);
  const shown = fitting.slice(0, limit);
  const more = await readMore(db, shown);
  const views = shown.map((one) => {
    const { environment = {}, customer = null } = more.get(one.device) ?? {};
    return { ...viewOf(one, row), day: day.get(one.device) ?? null, environment, customer };
  });
  return { views, more: fitting.length > limit };
}

function viewOf(
  one: CampaignDevice,
  { roads: order }: CampaignRow,
): Omit<CampaignDeviceView, 'day' | 'environment' | 'customer'> {
  const { device, hardware, standing, healedBy, version, lastSeen, visitedAt, roads, road, hearers } = one;
  const isSettled = standing === 'healed' || standing === 'given-up';
  return {
    device,
    hardware,
    standing,
    healedBy,
    through: healedBy === 'relay' ? (one.tookRoad?.neighbour ?? null) : null,
    because: deviceWords(one),
    version,
    lastSeen,
    roads: order.map((name) => ({
      road: name,
      ...roads[name],
      neighbours: name === 'relay' ? hearers.slice(0, NEIGHBOURS_SHOWN) : [],
    })),
    road: isSettled ? null : road,
    visitedAt,
  };
}

interface More {
  readonly environment: Environment;
  readonly customer: string | null;
}

async function readMore(
  db: Kysely<Database>,
  devices: readonly CampaignDevice[],
): Promise<ReadonlyMap<string, More>> {
  const { rows } = await sql<More & { device: string }>`
    SELECT d.device, coalesce(d.report -> 'environment', '{}') AS environment,
      (SELECT t.customer FROM tickets t WHERE t.device = d.device AND t.customer IS NOT NULL
        ORDER BY t.at DESC LIMIT 1) AS customer
    FROM unnest(${textArray(devices.map(({ device }) => device))}::text[]) AS u (device)
      JOIN devices d ON d.device = u.device`.execute(db);
  return new Map(rows.map(({ device, ...more }) => [device, more]));
}
