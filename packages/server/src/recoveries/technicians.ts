/** Devices of a campaign that somebody is to visit, as a list to drive by. */
import { type CampaignDeviceView, isRefused, type OrRefused } from '@tuesday/protocol';
import type { FileAnswer } from '../http/operator/handlers/asked.ts';
import type { Principal } from '../identity/principal.ts';
import { CSV, toCsv } from '../incidents/technicians-csv.ts';
import { addressesOf } from '../register/addresses-of.ts';
import type { Parts } from './act.ts';
import { findCampaign } from './campaign.ts';
import { viewDevices } from './list-devices.ts';

export async function listRecoveryTechnicians(
  parts: Parts,
  principal: Pick<Principal, 'actor' | 'roles'>,
  recovery: string,
): Promise<OrRefused<FileAnswer>> {
  const row = await findCampaign(parts.db, recovery);
  if (isRefused(row)) return row;
  const { views } = await viewDevices(parts, row, ({ standing }) => standing === 'technician', Infinity);
  const byDay = [...views].sort((a, b) => (a.day ?? 0) - (b.day ?? 0));
  const addresses = await addressesOf(parts, principal, {
    what: `the technicians of recovery campaign ${recovery}`,
    devices: byDay.map(({ device }) => device),
  });
  return { file: toCsv(byDay, addresses, DAY_COLUMN), type: CSV, name: `technicians-${recovery}.csv` };
}

const DAY_COLUMN = { name: 'day', of: ({ day }: CampaignDeviceView) => String(day ?? '') };
