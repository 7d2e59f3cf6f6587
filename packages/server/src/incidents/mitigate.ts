/** Somebody says that nothing new goes wrong. */
import { type IncidentView, type OrRefused, refuse } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { act, type Parts } from './act.ts';

export function mitigateIncident(
  context: Parts,
  actor: Actor,
  incident: string,
  because: string,
): Promise<OrRefused<IncidentView>> {
  return act(context, { incident, actor, verb: 'incident.mitigate', because }, async (trx, row, at) => {
    if (row.state !== 'open')
      return { refused: refuse('conflict', `incident ${incident} is ${row.state} already`) };
    await trx
      .updateTable('incidents')
      .set({ state: 'mitigated', mitigated_at: at })
      .where('incident', '=', incident)
      .execute();
    return { before: { state: row.state }, after: { state: 'mitigated' } };
  });
}
