/** Somebody says what may be the cause. */
import type { IncidentView, OrRefused } from '@tuesday/protocol';
import { randomBytes } from 'node:crypto';
import type { Actor } from '../audit/actor.ts';
import { act, type Parts } from './act.ts';
import { nameOf } from './incident.ts';

export function addHypothesis(
  context: Parts,
  actor: Actor,
  incident: string,
  text: string,
): Promise<OrRefused<IncidentView>> {
  return act(context, { incident, actor, verb: 'incident.suppose', because: text }, async (trx, _, at) => {
    const hypothesis = `h-${randomBytes(4).toString('hex')}`;
    await trx
      .insertInto('incident_hypotheses')
      .values({ hypothesis, incident, text, by_whom: nameOf(actor), at })
      .execute();
    return { after: { hypothesis, text } };
  });
}
