/** Sends the devices back along the signed way back. It needs no new signature: that was given with the release. */
import type { OrRefused, RolloutView } from '@tuesday/protocol';
import { act, type Parts } from './act.ts';

export function recallRollout(
  context: Parts,
  actor: string,
  rollout: string,
  because: string,
): Promise<OrRefused<RolloutView>> {
  return act(context, {
    rollout,
    actor,
    verb: 'rollout.recall',
    event: { kind: 'recall-started' },
    because: `Recalled by ${actor}: ${because}`,
  });
}
