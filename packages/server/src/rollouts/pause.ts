/** No new offers until it is resumed. */
import type { OrRefused, RolloutView } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { act, type Parts } from './act.ts';

export function pauseRollout(
  context: Parts,
  actor: Actor,
  rollout: string,
  because: string,
): Promise<OrRefused<RolloutView>> {
  return act(context, {
    rollout,
    actor,
    verb: 'rollout.pause',
    event: { kind: 'paused', reason: 'operator' },
    because: `Paused by ${actor.label}: ${because}`,
  });
}
