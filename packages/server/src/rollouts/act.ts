/** What the verbs of an operator on a running rollout have in common. */
import { isRefused, type OrRefused, type RolloutEvent, type RolloutView } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import type { Context } from '../context.ts';
import { apply, loadRollout } from './apply.ts';
import { viewRollout } from './view.ts';

export type Parts = Pick<Context, 'db' | 'clock'>;

export interface Act {
  readonly rollout: string;
  readonly actor: Actor;
  readonly verb: string;
  readonly event: RolloutEvent;
  readonly because: string;
}

export async function act(
  context: Parts,
  { rollout, actor, verb, event, because }: Act,
): Promise<OrRefused<RolloutView>> {
  const done = await context.db.transaction().execute(async (trx) => {
    const row = await loadRollout(trx, rollout);
    if (isRefused(row)) return row;
    return apply(trx, row, { events: [event], at: context.clock.now(), actor, because, verb });
  });
  return isRefused(done) ? done : viewRollout(context, rollout);
}
