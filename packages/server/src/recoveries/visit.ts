/** A technician was at a device. Whether that helped is for the device to say. */
import { type CampaignView, isRefused, type OrRefused } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { act, type Parts } from './act.ts';
import { mayNotVisit } from './may-not.ts';
import { lockDevice } from './lock-device.ts';

export interface About {
  readonly recovery: string;
  readonly device: string;
}

export function visitRecoveryDevice(
  context: Parts,
  actor: Actor,
  { recovery, device }: About,
  because: string,
): Promise<OrRefused<CampaignView>> {
  return act(context, { recovery, actor, verb: 'recovery.visit', because }, async (trx, row, at) => {
    const refused = mayNotVisit(row);
    if (refused !== null) return { refused };
    const found = await lockDevice(trx, { recovery, device });
    if (isRefused(found)) return found;
    await trx
      .updateTable('recovery_devices')
      .set({ visited_at: at })
      .where('recovery', '=', recovery)
      .where('device', '=', device)
      .execute();
    return { before: { device, visitedAt: found.visited_at }, after: { device, visitedAt: at } };
  });
}
