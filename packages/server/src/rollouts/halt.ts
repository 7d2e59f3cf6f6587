/** Stops for good: no further offer of this rollout. */
import type { OrRefused, RolloutView } from '@tuesday/protocol';
import { act, type Parts } from './act.ts';

export function haltRollout(
  context: Parts,
  actor: string,
  rollout: string,
  because: string,
): Promise<OrRefused<RolloutView>> {
  return act(context, {
    rollout,
    actor,
    verb: 'rollout.halt',
    event: { kind: 'halted' },
    because: `Halted by ${actor}: ${because}`,
  });
}
