/** Attaches a rehearsal to a rollout, so that whoever approves or starts it sees what it would have caught. */
import { isRefused, type OrRefused, refuse, type Rehearsal, type RolloutView } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import { notify } from '../context.ts';
import { settleAll } from '../approvals/requests.ts';
import type { Parts } from './act.ts';
import { loadRollout } from './apply.ts';
import { viewRollout } from './view.ts';

export async function attachRehearsal(
  context: Parts,
  actor: Actor,
  rollout: string,
  rehearsal: Rehearsal,
): Promise<OrRefused<RolloutView>> {
  const done = await context.db.transaction().execute(async (trx): Promise<OrRefused<{ ok: true }>> => {
    const row = await loadRollout(trx, rollout);
    if (isRefused(row)) return row;
    if (row.phase !== 'draft' && row.phase !== 'scheduled')
      return {
        refused: refuse(
          'wrong-phase',
          `rollout ${rollout} is ${row.phase}; a rehearsal is for before it opens`,
        ),
      };
    await trx
      .updateTable('rollouts')
      .set({ rehearsal: JSON.stringify(rehearsal), rehearsed_by: actor.person })
      .where('rollout', '=', rollout)
      .execute();
    await appendAudit(trx, {
      at: context.clock.now(),
      actor,
      verb: 'rollout.rehearse',
      object: `rollout ${rollout}`,
      because: `rehearsed ${rehearsal.runs} times for each fault, seed ${rehearsal.seed}`,
      after: rehearsal,
    });
    await notify(trx, { kind: 'rollout', rollout });
    // Whoever has consented has consented to something else.
    await settleAll(trx, context.clock.now());
    return { ok: true };
  });
  return isRefused(done) ? done : viewRollout(context, rollout);
}
