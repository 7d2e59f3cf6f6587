/** Sends the devices back along the signed way back. It needs no new signature: that was given with the release. */
import type { OrRefused, RolloutView } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { act, type Parts } from './act.ts';

export function recallRollout(
  context: Parts,
  actor: Actor,
  rollout: string,
  because: string,
): Promise<OrRefused<RolloutView>> {
  return act(context, {
    rollout,
    actor,
    verb: 'rollout.recall',
    event: { kind: 'recall-started' },
    because: `Recalled by ${actor.label}: ${because}`,
  });
}
