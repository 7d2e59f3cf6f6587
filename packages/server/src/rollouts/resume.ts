/** Lifts the operator's pause. */
import { isRefused, type OrRefused, refuse, type RolloutView } from '@tuesday/protocol';
import { act, type Parts } from './act.ts';
import { viewRollout } from './view.ts';

export async function resumeRollout(
  context: Parts,
  actor: string,
  rollout: string,
  because = 'resumed',
): Promise<OrRefused<RolloutView>> {
  const view = await viewRollout(context, rollout);
  if (isRefused(view)) return view;
  if (!view.paused.includes('operator'))
    return { refused: refuse('wrong-phase', `rollout ${rollout} is not paused by an operator`) };
  return act(context, {
    rollout,
    actor,
    verb: 'rollout.resume',
    event: { kind: 'resumed', reason: 'operator' },
    because: `Resumed by ${actor}: ${because}`,
  });
}
