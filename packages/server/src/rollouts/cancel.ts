/** Drops a rollout that no device has been offered. */
import type { OrRefused, RolloutView } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { act, type Parts } from './act.ts';

export function cancelRollout(
  context: Parts,
  actor: Actor,
  rollout: string,
  because: string,
): Promise<OrRefused<RolloutView>> {
  return act(context, {
    rollout,
    actor,
    verb: 'rollout.cancel',
    event: { kind: 'cancelled' },
    because: `Cancelled by ${actor.label}: ${because}`,
  });
}
