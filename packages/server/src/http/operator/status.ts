/** Is it up, and what time does it think it is. */
import type { StatusView } from '@tuesday/protocol';
import { sql } from 'kysely';
import type { Context } from '../../context.ts';

const VERSION = '0.1.0';

export async function viewStatus({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<StatusView> {
  const { rows } = await sql<{ trust: boolean; devices: number; rollouts: number }>`
    SELECT EXISTS (SELECT FROM trust_metadata WHERE role = 'root') AS trust,
      (SELECT coalesce(sum(devices), 0) FROM fleet_counts WHERE what = 'enrolled')::int AS devices, (SELECT count(*) FROM rollouts)::int AS rollouts`.execute(
    db,
  );
  const { trust, devices, rollouts } = rows[0] ?? { trust: false, devices: 0, rollouts: 0 };
  return {
    product: 'tuesday',
    version: VERSION,
    now: clock.now(),
    clockRate: clock.rate,
    trustInstalled: trust,
    devices,
    rollouts,
  };
}
