/** One device. */
import {
  type DeviceView,
  isRefused,
  type MemberState,
  type OrRefused,
  refuse,
  RESCUE_ROLLOUT,
  rescueVersion,
} from '@tuesday/protocol';
import type { RolloutState } from '@tuesday/rollout';
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import type { StoredState } from '../db/schema.ts';
import { currentOffer } from './current-offer.ts';
import { mayRetry } from './retry-device.ts';

/** What a device is looked at with. */
export interface DeviceContext extends Pick<Context, 'db' | 'pool' | 'clock' | 'progress'> {
  readonly stops: Pick<Context['stops'], 'sentenceOf'>;
}

export async function viewDevice(context: DeviceContext, device: string): Promise<OrRefused<DeviceView>> {
  const { db, progress } = context;
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
    offer: await currentOffer(context, device, row.report),
    retries: await retriesOf(db, device, row.report?.rolledBackFrom ?? []),
  };
}

/** As a second try would be answered now; nothing is changed. */
async function retriesOf(
  db: Context['db'],
  device: string,
  releases: readonly string[],
): Promise<DeviceView['retries']> {
  return db.transaction().execute(async (trx) => {
    const retries: DeviceView['retries'] = [];
    for (const release of releases) {
      const may = await mayRetry(trx, device, release, false);
      retries.push({ release, refused: isRefused(may) ? may.refused : null });
    }
    return retries;
  });
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
    ...(body.road === undefined ? {} : { road: body.road }),
  }));
}

/** Waiting in an opened stage is pending, and silence there counts as silence. */
function shownState(state: StoredState, rollout: RolloutState, stage: number): MemberState {
  if (rollout.openedAt[stage] === undefined) return state;
  if (state === 'waiting') return 'pending';
  return state === 'waiting-silent' ? 'silent' : state;
}
