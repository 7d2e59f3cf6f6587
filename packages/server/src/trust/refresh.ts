/** Makes new online metadata before the old expires. */
import type { Instant } from '@tuesday/protocol';
import { headOf, LIFETIMES } from '@tuesday/trust';
import { ENGINE } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { latest, lockTrust, renewOnline, renewTimestamp } from './metadata.ts';

/** @returns what was made anew */
export async function refreshTrust(
  parts: Pick<Context, 'db' | 'clock' | 'config' | 'fleet'>,
): Promise<'nothing' | 'timestamp' | 'snapshot'> {
  const { db, clock } = parts;
  const isDue = async (handle: typeof db, role: 'timestamp' | 'snapshot') => {
    const now = clock.now();
    const stored = await latest(handle, role);
    return stored !== undefined && Date.parse(headOf(stored.body).expires) - now < LIFETIMES[role] / 2;
  };
  if (!(await isDue(db, 'timestamp')) && !(await isDue(db, 'snapshot'))) return 'nothing';
  return db.transaction().execute(async (trx) => {
    await lockTrust(trx);
    // Another server may have done it while this one waited.
    if (await isDue(trx, 'snapshot')) {
      await renewOnline(trx, parts, clock.now());
      await recordRefresh(trx, clock.now(), 'snapshot');
      return 'snapshot';
    }
    const snapshot = await latest(trx, 'snapshot');
    if (!snapshot || !(await isDue(trx, 'timestamp'))) return 'nothing';
    await renewTimestamp(trx, parts, clock.now(), snapshot.body);
    await recordRefresh(trx, clock.now(), 'timestamp');
    return 'timestamp';
  });
}

/** The online keys sign in nobody's name, so the log says when they did. */
async function recordRefresh(trx: Context['db'], at: Instant, role: 'timestamp' | 'snapshot'): Promise<void> {
  await appendAudit(trx, {
    at,
    actor: ENGINE,
    verb: 'trust.refresh',
    object: 'trust',
    because: `the ${role} was past half of its life`,
    after: { version: (await latest(trx, role))?.version ?? 0 },
  });
}
