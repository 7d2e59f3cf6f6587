/** How many visits technicians have made so far: the sum, so that saying it twice counts once. */
import type { IncidentView, OrRefused, VisitsRequest } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { act, type Parts } from './act.ts';

export function recordVisits(
  context: Parts,
  actor: Actor,
  incident: string,
  { visits, because }: VisitsRequest,
): Promise<OrRefused<IncidentView>> {
  return act(context, { incident, actor, verb: 'incident.visits', because }, async (trx, row) => {
    await trx.updateTable('incidents').set({ visits }).where('incident', '=', incident).execute();
    return { before: { visits: row.visits }, after: { visits } };
  });
}
