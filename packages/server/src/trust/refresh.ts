/** Makes new online metadata before the old expires. */
import { headOf, LIFETIMES } from '@tuesday/trust';
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
      return 'snapshot';
    }
    const snapshot = await latest(trx, 'snapshot');
    if (!snapshot || !(await isDue(trx, 'timestamp'))) return 'nothing';
    await renewTimestamp(trx, parts, clock.now(), snapshot.body);
    return 'timestamp';
  });
}
