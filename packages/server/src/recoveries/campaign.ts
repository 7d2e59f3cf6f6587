/** One recovery campaign as the database keeps it. */
import { type CampaignLineView, type OrRefused, refuse } from '@tuesday/protocol';
import type { Kysely, Selectable } from 'kysely';
import { randomBytes } from 'node:crypto';
import type { Database } from '../db/schema.ts';
import type { RecoveriesTable } from '../db/schema-recoveries.ts';

export type CampaignRow = Selectable<RecoveriesTable>;

export const newCampaignId = () => `rc-${randomBytes(6).toString('hex')}`;

export async function findCampaign(db: Kysely<Database>, recovery: string): Promise<OrRefused<CampaignRow>> {
  const row = await db
    .selectFrom('recoveries')
    .selectAll()
    .where('recovery', '=', recovery)
    .executeTakeFirst();
  return row ?? none(recovery);
}

/** Locks the row until the transaction ends. */
export async function lockCampaign(db: Kysely<Database>, recovery: string): Promise<OrRefused<CampaignRow>> {
  const row = await db
    .selectFrom('recoveries')
    .selectAll()
    .where('recovery', '=', recovery)
    .forUpdate()
    .executeTakeFirst();
  return row ?? none(recovery);
}

function none(recovery: string): { refused: ReturnType<typeof refuse> } {
  const because = `there is no recovery campaign ${recovery}`;
  return { refused: refuse('not-found', because, { try: 'tuesday recovery list' }) };
}

export function lineOf(row: CampaignRow, devices: number): CampaignLineView {
  const { recovery, title, state, incident, release } = row;
  return {
    recovery,
    title,
    state,
    incident,
    release,
    devices,
    plannedAt: row.planned_at,
    plannedBy: row.planned_by,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}
