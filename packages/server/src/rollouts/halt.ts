/** Stops for good: no further offer of this rollout. */
import { type HaltAnswer, isRefused, type OrRefused } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { act, type Parts } from './act.ts';

export async function haltRollout(
  context: Parts,
  actor: Actor,
  rollout: string,
  because: string,
): Promise<OrRefused<HaltAnswer>> {
  const sentence = `Halted by ${actor.label}: ${because}`;
  const view = await act(context, {
    rollout,
    actor,
    verb: 'rollout.halt',
    event: { kind: 'halted' },
    because: sentence,
  });
  return isRefused(view) ? view : { rollout, halted: true, durable: true, because: sentence };
}
