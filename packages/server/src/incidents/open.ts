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
import { inTransaction } from '../db/transact.ts';
import { loadRollout, type RolloutRow } from '../rollouts/apply.ts';
import type { Parts } from './act.ts';
import { insertIncident } from './insert-incident.ts';
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
    const incident = await insertIncident(
      trx,
      {
        title,
        cause: 'hand',
        rollout: about?.rollout ?? null,
        release: about?.release ?? null,
        code: code === undefined ? null : canonicalCode(code),
      },
      { at, actor, because },
    );
    if (incident === undefined) {
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
    return { incident };
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
