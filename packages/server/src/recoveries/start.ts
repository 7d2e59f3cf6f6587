/**
 * Somebody starts a campaign. From then on devices in contact that hear one of its devices are told what to carry, and
 * connected devices are asked to check in soon, so that they hear it. Nobody is made to take anything: who does not fit
 * by the signed metadata takes nothing.
 */
import type { CampaignView, OrRefused } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { notify } from '../context.ts';
import { readFleetCounts } from '../fleet/counts.ts';
import { nameOf } from '../incidents/incident.ts';
import { announcement, putEffect } from '../outbox/put.ts';
import { act, type Parts } from './act.ts';
import { findBusy } from './busy.ts';
import { mayNotStart } from './may-not.ts';

export function startRecovery(
  context: Parts,
  actor: Actor,
  recovery: string,
  because: string,
): Promise<OrRefused<CampaignView>> {
  return act(context, { recovery, actor, verb: 'recovery.start', because }, async (trx, row, at) => {
    const refused = mayNotStart(row, await findBusy(trx, recovery));
    if (refused !== null) return { refused };
    await trx
      .updateTable('recoveries')
      .set({ state: 'running', started_at: at, started_by: nameOf(actor) })
      .where('recovery', '=', recovery)
      .execute();
    await notify(trx, { kind: 'offers' });
    if (row.roads.includes('relay'))
      await putEffect(trx, at, announcement((await readFleetCounts(trx)).enrolled));
    return { before: { state: row.state }, after: { state: 'running' } };
  });
}
