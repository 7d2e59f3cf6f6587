/** It is over. The note says how it ended; what is not healed then stays in the report. */
import { type IncidentView, type OrRefused, refuse } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { act, type Parts } from './act.ts';
import { nameOf } from './incident.ts';

export function closeIncident(
  context: Parts,
  actor: Actor,
  incident: string,
  note: string,
): Promise<OrRefused<IncidentView>> {
  return act(context, { incident, actor, verb: 'incident.close', because: note }, async (trx, row, at) => {
    if (row.state === 'closed')
      return { refused: refuse('conflict', `${row.closed_by ?? 'somebody'} has closed ${incident} already`) };
    await trx
      .updateTable('incidents')
      .set({ state: 'closed', closed_at: at, closed_by: nameOf(actor), closing_note: note })
      .where('incident', '=', incident)
      .execute();
    return { before: { state: row.state }, after: { state: 'closed' } };
  });
}
