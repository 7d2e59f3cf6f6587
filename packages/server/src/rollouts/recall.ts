/**
 * Sends the devices back along the signed way back. It needs no new signature: that was given with the release.
 * While the way back is armed one operator does it; after the watch it needs consent, like a start.
 */
import { isRefused, type OrRefused, type RolloutView } from '@tuesday/protocol';
import { askConsent } from '../approvals/ask.ts';
import { coversNow } from '../approvals/covers.ts';
import { needsConsent } from '../approvals/needs-consent.ts';
import type { Actor } from '../audit/actor.ts';
import { readPolicy } from '../policy/policy.ts';
import type { Parts } from './act.ts';
import { apply, loadRollout, type RolloutRow } from './apply.ts';
import { viewRollout } from './view.ts';

export async function recallRollout(
  context: Parts,
  actor: Actor,
  rollout: string,
  because: string,
): Promise<OrRefused<RolloutView>> {
  const at = context.clock.now();
  const done = await context.db.transaction().execute(async (trx): Promise<OrRefused<RolloutRow>> => {
    const row = await loadRollout(trx, rollout);
    if (isRefused(row)) return row;
    if (row.phase === 'completed' && (await readPolicy(trx)).approvals.needed > 0) {
      const covers = await coversNow(trx, 'recall', rollout);
      if (isRefused(covers)) return covers;
      // Its author may consent: sending back is nobody's own plan.
      const request = await askConsent(trx, { covers, object: rollout, actor, because, makers: [], at });
      const why = `the watch of ${rollout} is over, so its way back is no longer armed`;
      return { refused: needsConsent(request, why, `tuesday break-glass recall ${rollout}`) };
    }
    return apply(trx, row, {
      events: [{ kind: 'recall-started' }],
      at,
      actor,
      verb: 'rollout.recall',
      because: `Recalled by ${actor.label}: ${because}`,
    });
  });
  return isRefused(done) ? done : viewRollout(context, rollout);
}
