/** Devices of a campaign that somebody is to visit, as a list to drive by. */
import { type CampaignDeviceView, isRefused, type OrRefused } from '@tuesday/protocol';
import type { FileAnswer } from '../http/operator/handlers/asked.ts';
import { toCsv } from '../incidents/technicians.ts';
import type { Parts } from './act.ts';
import { findCampaign } from './campaign.ts';
import { viewDevices } from './list-devices.ts';

export async function listRecoveryTechnicians(
  parts: Parts,
  recovery: string,
): Promise<OrRefused<FileAnswer>> {
  const row = await findCampaign(parts.db, recovery);
  if (isRefused(row)) return row;
  const { views } = await viewDevices(parts, row, ({ standing }) => standing === 'technician', Infinity);
  const byDay = [...views].sort((a, b) => (a.day ?? 0) - (b.day ?? 0));
  const name = `technicians-${recovery}.csv`;
  return { file: toCsv(byDay, DAY_COLUMN), type: 'text/csv; charset=utf-8; header=present', name };
}

const DAY_COLUMN = { name: 'day', of: ({ day }: CampaignDeviceView) => String(day ?? '') };
