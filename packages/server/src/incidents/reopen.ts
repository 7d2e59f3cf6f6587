/** It was closed too early. */
import { type IncidentView, type OrRefused, refuse } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { loadRollout } from '../rollouts/apply.ts';
import { act, type Parts } from './act.ts';

export function reopenIncident(
  context: Parts,
  actor: Actor,
  incident: string,
  because: string,
): Promise<OrRefused<IncidentView>> {
  return act(context, { incident, actor, verb: 'incident.reopen', because }, async (trx, row) => {
    if (row.state !== 'closed')
      return {
        refused: refuse('conflict', `incident ${incident} is ${row.state}, so there is nothing to reopen`),
      };
    // Whatever halts it meanwhile comes before or after.
    if (row.rollout !== null) await loadRollout(trx, row.rollout);
    const live = await trx
      .selectFrom('incidents')
      .select('incident')
      .where('rollout', '=', row.rollout)
      .where('state', '<>', 'closed')
      .executeTakeFirst();
    if (live)
      return {
        refused: refuse('conflict', `incident ${live.incident} is about rollout ${row.rollout} meanwhile`, {
          try: `tuesday incident note ${live.incident} tells it what you know`,
        }),
      };
    await trx
      .updateTable('incidents')
      .set({ state: 'open', mitigated_at: null, closed_at: null, closed_by: null, closing_note: null })
      .where('incident', '=', incident)
      .execute();
    return { before: { state: 'closed', note: row.closing_note }, after: { state: 'open' } };
  });
}
