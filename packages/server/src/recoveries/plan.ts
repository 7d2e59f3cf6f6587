/** Somebody writes a campaign. Nothing happens before it is started. */
import {
  type CampaignView,
  isRefused,
  type OrRefused,
  type PlanCampaignRequest,
  refuse,
} from '@tuesday/protocol';
import { sql } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import { textArray } from '../db/text-array.ts';
import { nameOf } from '../incidents/incident.ts';
import type { Parts } from './act.ts';
import { newCampaignId } from './campaign.ts';
import { think } from './preview.ts';
import { viewRecovery } from './view.ts';

export async function planRecovery(
  context: Parts,
  actor: Actor,
  request: PlanCampaignRequest,
): Promise<OrRefused<CampaignView>> {
  const at = context.clock.now();
  const { title, incident, filter, release, roads, visitsPerDay, waitHours, because } = request;
  const thinking = await think(context, request);
  if (isRefused(thinking)) return thinking;
  if (thinking.devices.length === 0) return { refused: nobody(request, thinking.leftOut) };
  const recovery = newCampaignId();
  await context.db.transaction().execute(async (trx) => {
    await trx
      .insertInto('recoveries')
      .values({
        recovery,
        title,
        incident: incident ?? null,
        filter: filter ?? null,
        release,
        roads,
        visits_per_day: visitsPerDay,
        wait_hours: waitHours,
        because,
        planned_at: at,
        planned_by: nameOf(actor),
      })
      .execute();
    const devices = thinking.devices.map(({ device }) => device);
    await sql`INSERT INTO recovery_devices (recovery, device)
      SELECT ${recovery}, u.device FROM unnest(${textArray(devices)}::text[]) AS u (device)`.execute(trx);
    await appendAudit(trx, {
      at,
      actor,
      verb: 'recovery.plan',
      object: `recovery ${recovery}`,
      because,
      after: {
        title,
        incident: incident ?? null,
        filter: filter ?? null,
        release,
        roads,
        devices: devices.length,
      },
    });
  });
  return viewRecovery(context, recovery);
}

function nobody({ incident, filter }: PlanCampaignRequest, leftOut: number) {
  const field = incident !== undefined ? 'incident' : filter !== undefined ? 'filter' : 'devices';
  const because =
    leftOut === 0
      ? 'no device fits'
      : `no device is left: ${leftOut} ${leftOut === 1 ? 'is' : 'are'} in contact and well, or in a campaign that runs`;
  return refuse('no-devices', because, { field, try: 'choose devices that do not answer' });
}
