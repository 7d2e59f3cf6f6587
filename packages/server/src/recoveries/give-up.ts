/** Nobody tries to bring a device back any more. It is healed all the same when it comes by itself. */
import { type CampaignView, isRefused, type OrRefused, refuse } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { act, type Parts } from './act.ts';
import { lockDevice } from './lock-device.ts';
import { mayNotVisit } from './may-not.ts';
import type { About } from './visit.ts';

export function giveUpRecoveryDevice(
  context: Parts,
  actor: Actor,
  { recovery, device }: About,
  because: string,
): Promise<OrRefused<CampaignView>> {
  return act(context, { recovery, actor, verb: 'recovery.give-up', because }, async (trx, row, at) => {
    const refused = mayNotVisit(row);
    if (refused !== null) return { refused };
    const found = await lockDevice(trx, { recovery, device });
    if (isRefused(found)) return found;
    if (found.given_up_at !== null)
      return {
        refused: refuse('conflict', `${device} is given up already: ${found.given_up_because ?? ''}`),
      };
    await trx
      .updateTable('recovery_devices')
      .set({ given_up_at: at, given_up_because: because })
      .where('recovery', '=', recovery)
      .where('device', '=', device)
      .execute();
    return { after: { device, givenUp: true } };
  });
}
