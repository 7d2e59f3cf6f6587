/** Somebody writes into the timeline. */
import type { IncidentView, OrRefused } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { act, type Parts } from './act.ts';
import { nameOf } from './incident.ts';

export function noteIncident(
  context: Parts,
  actor: Actor,
  incident: string,
  text: string,
): Promise<OrRefused<IncidentView>> {
  return act(context, { incident, actor, verb: 'incident.note', because: text }, async (trx, _, at) => {
    await trx
      .insertInto('incident_notes')
      .values({ incident, at, by_whom: nameOf(actor), text })
      .execute();
    return { after: { text } };
  });
}
