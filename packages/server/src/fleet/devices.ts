/** Devices one by one: list and view. */
import {
  type DeviceListView,
  type DeviceView,
  type MemberState,
  type OrRefused,
  refuse,
  RESCUE_ROLLOUT,
  rescueVersion,
} from '@tuesday/protocol';
import { type RolloutState, versionOf } from '@tuesday/rollout';
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import type { StoredState } from '../db/schema.ts';
import { RUNNING } from './view-fleet.ts';

export async function listDevices(
  { db }: Pick<Context, 'db'>,
  { after, limit, version }: { after?: string | undefined; limit: number; version?: string | undefined },
): Promise<DeviceListView> {
  let query = db
    .selectFrom('devices')
    .leftJoin('contacts', 'contacts.device', 'devices.device')
    .select(['devices.device', 'devices.hardware', 'devices.report', 'contacts.last_seen'])
    .orderBy('devices.device')
    .limit(limit + 1);
  if (after !== undefined) query = query.where('devices.device', '>', after);
  if (version !== undefined) query = query.where(RUNNING, '=', version);
  const rows = await query.execute();
  const shown = rows.slice(0, limit);
  return {
    devices: shown.map((row) => ({
      device: row.device,
      hardware: row.hardware,
      version: (row.report && versionOf(row.report)) ?? null,
      lastSeen: row.last_seen,
      healthy: row.report?.health.ok ?? null,
      environment: row.report?.environment ?? {},
    })),
    next: rows.length > limit ? (shown.at(-1)?.device ?? null) : null,
  };
}

export async function viewDevice(
  { db, progress }: Pick<Context, 'db' | 'progress'>,
  device: string,
): Promise<OrRefused<DeviceView>> {
  const row = await db
    .selectFrom('devices')
    .leftJoin('contacts', 'contacts.device', 'devices.device')
    .selectAll('devices')
    .select('contacts.last_seen')
    .where('devices.device', '=', device)
    .executeTakeFirst();
  if (!row) return { refused: refuse('not-found', `there is no device ${device}`) };
  const memberships = await db
    .selectFrom('members')
    .innerJoin('rollouts', 'rollouts.rollout', 'members.rollout')
    .select(['members.rollout', 'members.stage', 'members.state', 'members.because', 'rollouts.state as of'])
    .where('members.device', '=', device)
    .orderBy('rollouts.created_at', 'desc')
    .execute();
  return {
    device,
    hardware: row.hardware,
    enrolledAt: row.enrolled_at,
    lastSeen: row.last_seen,
    held: row.held !== null,
    report: row.report,
    progress: progress.of(device) ?? null,
    memberships: memberships.map(({ rollout, stage, state, because, of }) => ({
      rollout,
      stage,
      state: shownState(state, of, stage),
      because,
    })),
    rescues: await rescuesOf(db, device),
  };
}

async function rescuesOf(db: Context['db'], device: string): Promise<DeviceView['rescues']> {
  const rows = await db
    .selectFrom('outcomes')
    .select(['body', 'received_at'])
    .where('device', '=', device)
    .where('offer', 'like', `${RESCUE_ROLLOUT}.%`)
    .orderBy('received_at', 'desc')
    .orderBy(sql`body ->> 'at'`, 'desc')
    .limit(16)
    .execute();
  return rows.map(({ body, received_at }) => ({
    version: rescueVersion(body) ?? body.running,
    kind: body.kind,
    because: body.because,
    heardAt: received_at,
  }));
}

/** Waiting in an opened stage is pending, and silence there counts as silence. */
function shownState(state: StoredState, rollout: RolloutState, stage: number): MemberState {
  if (rollout.openedAt[stage] === undefined) return state;
  if (state === 'waiting') return 'pending';
  return state === 'waiting-silent' ? 'silent' : state;
}
