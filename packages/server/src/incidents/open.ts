/** A person opens an incident: customers may know before any counter does. */
import {
  canonicalCode,
  type IncidentView,
  isRefused,
  type OpenIncidentRequest,
  type OrRefused,
  refuse,
} from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import { inTransaction } from '../db/transact.ts';
import { loadRollout, type RolloutRow } from '../rollouts/apply.ts';
import type { Parts } from './act.ts';
import { nameOf, newIncidentId } from './incident.ts';
import { viewIncident } from './view.ts';

export async function openIncident(
  context: Parts,
  actor: Actor,
  { title, rollout, code, because }: OpenIncidentRequest,
): Promise<OrRefused<IncidentView>> {
  const at = context.clock.now();
  const done = await inTransaction(context.db, async (trx): Promise<OrRefused<{ incident: string }>> => {
    const about = rollout === undefined ? undefined : await loadRollout(trx, rollout);
    if (about && isRefused(about)) return { refused: { ...about.refused, field: 'rollout' } };
    const unfit = about && neverRan(about);
    if (unfit) return { refused: unfit };
    const opened = await trx
      .insertInto('incidents')
      .values({
        incident: newIncidentId(),
        title,
        cause: 'hand',
        rollout: about?.rollout ?? null,
        release: about?.release ?? null,
        code: code === undefined ? null : canonicalCode(code),
        because,
        opened_at: at,
        opened_by: nameOf(actor),
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('incident')
      .executeTakeFirst();
    if (!opened) {
      const live = await trx
        .selectFrom('incidents')
        .select('incident')
        .where('rollout', '=', about?.rollout ?? null)
        .where('state', '<>', 'closed')
        .executeTakeFirst();
      return {
        refused: refuse('conflict', `incident ${live?.incident ?? ''} is about rollout ${rollout} already`, {
          field: 'rollout',
          try: `tuesday incident view ${live?.incident ?? ''}`,
        }),
      };
    }
    const { incident } = opened;
    const after = { title, cause: 'hand', rollout: rollout ?? null, code: code ?? null };
    await appendAudit(trx, {
      at,
      actor,
      verb: 'incident.open',
      object: `incident ${incident}`,
      because,
      after,
    });
    return opened;
  });
  return isRefused(done) ? done : viewIncident(context, done.incident);
}

function neverRan({ rollout, phase }: RolloutRow) {
  if (phase !== 'draft' && phase !== 'cancelled') return undefined;
  return refuse('wrong-phase', `rollout ${rollout} is ${phase}: no device has run its release`, {
    field: 'rollout',
    try: 'leave the rollout out, or name one that was started',
  });
}
