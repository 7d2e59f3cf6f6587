/** Recovery campaigns: those that run first, then drafts, then the newest first. */
import type { RouteAnswer } from '@tuesday/protocol';
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { type CampaignRow, lineOf } from './campaign.ts';

const SHOWN = 200;

export async function listRecoveries({ db }: Pick<Context, 'db'>): Promise<RouteAnswer<'listRecoveries'>> {
  const { rows } = await sql<CampaignRow & { devices: number }>`
    SELECT r.*, (SELECT count(*)::int FROM recovery_devices d WHERE d.recovery = r.recovery) AS devices
    FROM recoveries r
    ORDER BY r.state <> 'running', r.state <> 'draft', r.planned_at DESC, r.recovery
    LIMIT ${sql.lit(SHOWN)}`.execute(db);
  return { recoveries: rows.map(({ devices, ...row }) => lineOf(row, devices)) };
}
