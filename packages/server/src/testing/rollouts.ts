/** A rollout under way on a test plane, by the product's own verbs. */
import { isRefused } from '@tuesday/protocol';
import { publishTwo, type TestPlane } from '../http/operator/testing/control-plane.ts';
import { startRollout } from '../rollouts/start.ts';
import { enrolDevices, NEW, report } from './fleet.ts';

/** Two releases and four devices, once for a plane. */
export async function smallFleet(plane: TestPlane): Promise<void> {
  await publishTwo(plane);
  await enrolDevices(plane.database.pool, 4);
  await plane.database.pool.query('UPDATE devices SET report = $1', [JSON.stringify(report())]);
}

/** @returns its id; it waits for its first stage */
export async function begunRollout(plane: TestPlane, name = 'p'): Promise<string> {
  const { rollout } = await plane.client.call('createRollout', {
    body: {
      name,
      release: NEW,
      stages: [
        { share: 0.5, soak: '24h' },
        { share: 1, soak: '24h' },
      ],
    },
  });
  const begun = await startRollout(plane.context, plane.actor, rollout);
  if (isRefused(begun)) throw new Error(begun.refused.because);
  return rollout;
}

/** Everything that was said goes, and so do the rollouts. */
export async function clearRollouts({ database }: TestPlane): Promise<void> {
  await database.pool.query('TRUNCATE rollouts, rollout_events, members, evidence_counts, outbox CASCADE');
}
