/** Lets one device try again, once, what it went back from. What its first try showed stays in the evidence. */
import { type DeviceView, isRefused, type OrRefused, type Phase, refuse } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Kysely } from 'kysely';
import { notify } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { type DeviceContext, viewDevice } from './devices.ts';

/** The phases in which a rollout offers its release to anybody. */
const OFFERING: readonly Phase[] = ['scheduled', 'soaking', 'watching'];

export interface Retry {
  readonly device: string;
  readonly release: string;
  readonly because: string;
}

/**
 * @returns refused `not-found` without such a device, `never-tried` when it does not say that it went back from the
 * release, `not-offered` when no rollout offers the release to it now, `conflict` when it has not used the last one
 */
export async function retryDevice(
  context: DeviceContext,
  actor: Actor,
  { device, release, because }: Retry,
): Promise<OrRefused<DeviceView>> {
  const done = await context.db.transaction().execute(async (trx): Promise<OrRefused<{ ok: true }>> => {
    const found = await mayRetry(trx, device, release, true);
    if (isRefused(found)) return found;
    const { rollout, retries } = found;
    await trx
      .updateTable('members')
      .set({ retries: retries + 1, retrying: true })
      .where('device', '=', device)
      .where('rollout', '=', rollout)
      .execute();
    await notify(trx, { kind: 'offers' });
    await appendAudit(trx, {
      at: context.clock.now(),
      actor,
      verb: 'device.retry',
      object: `device ${device}`,
      because,
      before: { rollout, release, retries },
      after: { rollout, release, retries: retries + 1 },
    });
    return { ok: true };
  });
  return isRefused(done) ? done : viewDevice(context, device);
}

interface RetryPlace {
  readonly rollout: string;
  /** Second tries that were allowed before. */
  readonly retries: number;
}

/**
 * Where a second try would be allowed.
 *
 * @param trx  the transaction
 * @param lock whether the member's row must stay as it is until the transaction ends
 */
export async function mayRetry(
  trx: Kysely<Database>,
  device: string,
  release: string,
  lock: boolean,
): Promise<OrRefused<RetryPlace>> {
  const row = await trx
    .selectFrom('devices')
    .select(['held', 'report'])
    .where('device', '=', device)
    .executeTakeFirst();
  if (!row) return { refused: refuse('not-found', `there is no device ${device}`) };
  if (row.report?.rolledBackFrom.includes(release) !== true)
    return { refused: refuse('never-tried', `${device} never went back from ${release}`) };
  if (row.held !== null)
    return { refused: refuse('not-offered', `${device} is held: ${row.held}`, { try: UNHOLD }) };
  const member = await trx
    .selectFrom('members')
    .innerJoin('rollouts', 'rollouts.rollout', 'members.rollout')
    .select(['members.rollout', 'members.retries', 'members.retrying'])
    .where('members.device', '=', device)
    .where('rollouts.release', '=', release)
    .where('rollouts.phase', 'in', OFFERING)
    .where('members.state', '!=', 'excluded')
    .orderBy('rollouts.created_at', 'desc')
    .$if(lock, (query) => query.forUpdate('members'))
    .executeTakeFirst();
  if (!member)
    return { refused: refuse('not-offered', `no rollout under way offers ${release} to ${device}`) };
  const { rollout, retries, retrying } = member;
  if (retrying) return { refused: refuse('conflict', `${device} has not used its last try of ${release}`) };
  return { rollout, retries };
}

const UNHOLD = 'tuesday device unhold';
