/** One campaign: everything that people did not write is derived as it is read. */
import { type CampaignView, isRefused, type OrRefused } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { Parts } from './act.ts';
import { findBusy } from './busy.ts';
import { type CampaignRow, findCampaign, lineOf } from './campaign.ts';
import {
  groupsOf,
  healedCounts,
  openRoads,
  progressOf,
  standingCounts,
  throughOf,
  unsettled,
} from './counts.ts';
import { mayNotOf } from './may-not.ts';
import { readDevices } from './read-devices.ts';
import { scopeOf } from './scope.ts';
import { summaryOf } from './words.ts';

export async function viewRecovery(parts: Parts, recovery: string): Promise<OrRefused<CampaignView>> {
  // One snapshot, so that the counts belong together.
  return parts.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const row = await findCampaign(trx, recovery);
      return isRefused(row) ? row : build(trx, parts, row);
    });
}

async function build(db: Kysely<Database>, parts: Parts, row: CampaignRow): Promise<CampaignView> {
  const scope = await scopeOf(db, parts, row);
  const all = await readDevices(db, scope);
  const left = unsettled(all);
  const standing = standingCounts(all);
  const known = {
    standing,
    healedBy: healedCounts(all),
    open: openRoads(left),
    groups: groupsOf(left, scope),
    relays: row.roads.includes('relay')
      ? new Set(left.flatMap(({ hearers }) => hearers.map(({ device }) => device))).size
      : 0,
  };
  const busy = row.state === 'draft' ? await findBusy(db, row.recovery) : undefined;
  return {
    ...lineOf(row, all.length),
    now: scope.now,
    because: row.because,
    filter: row.filter,
    roads: row.roads,
    visitsPerDay: row.visits_per_day,
    waitHours: row.wait_hours,
    startedBy: row.started_by,
    endedBy: row.ended_by,
    endedBecause: row.ended_because,
    summary: summaryOf({ row, devices: all.length, ...known }),
    ...known,
    through: throughOf(all),
    progress: progressOf(all, scope),
    mayNot: mayNotOf(row, standing, busy),
  };
}
