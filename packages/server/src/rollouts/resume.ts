/** Lifts the operator's pause, or the judge's: its evidence then no longer pauses this stage, but still halts. */
import { isRefused, type OrRefused, refuse, type RolloutView } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { act, type Parts } from './act.ts';
import { viewRollout } from './view.ts';

export async function resumeRollout(
  context: Parts,
  actor: Actor,
  rollout: string,
  because = 'resumed',
): Promise<OrRefused<RolloutView>> {
  const view = await viewRollout(context, rollout);
  if (isRefused(view)) return view;
  const [reason] = view.paused.includes('operator') ? (['operator'] as const) : view.paused;
  if (reason === undefined) return { refused: refuse('wrong-phase', `rollout ${rollout} is not paused`) };
  return act(context, {
    rollout,
    actor,
    verb: 'rollout.resume',
    event: reason === 'evidence' ? { kind: 'resumed', reason, waived: true } : { kind: 'resumed', reason },
    because: `Resumed by ${actor.label}${reason === 'evidence' ? ' in spite of the evidence' : ''}: ${because}`,
  });
}
